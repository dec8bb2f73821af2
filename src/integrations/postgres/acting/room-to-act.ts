import { setTimeout as wait } from 'node:timers/promises'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { Text } from '../../../core/message.ts'
import type { PostgresOptions } from '../options.ts'
import type { Acting } from './acting.ts'
import { noRoom, noRoomRemedy } from './acting-texts.ts'

/** How busy the server is, and how far its replicas are behind. */
export interface Traffic {
  /** Sessions of clients that work, without our own; null when the role may not see all. */
  readonly active: number | null
  /** Of the replica that is furthest behind; 0 without replicas, null when the role may not see it. */
  readonly lagMs: number | null
}

const pollMs = 1000

// Who only keeps the WAL (pg_receivewal, Barman) replays nothing, and its lag grows for ever.
const sql = `
  select (select case when bool_or(query = '<insufficient privilege>') then null else count(*) filter (where state = 'active') end
          from pg_stat_activity where coalesce(backend_type, 'client backend') = 'client backend' and pid <> pg_backend_pid())::float8 as active,
         (select case when bool_or(state is null) then null
                 else coalesce(max(extract(epoch from replay_lag)) filter (where replay_lsn is not null) * 1000, 0) end
          from pg_stat_replication where coalesce(state, '') <> 'backup')::float8 as "lagMs"`

export async function traffic(session: Acting): Promise<Traffic> {
  const { rows } = await session.query<{ active: number | null; lagMs: number | null }>(sql)
  return rows[0] ?? { active: null, lagMs: null }
}

/** Why there is no room for work that can wait; undefined when there is. */
export function obstacle({ active, lagMs }: Traffic, limits: PostgresOptions['limits']): Text | undefined {
  if (active === null || lagMs === null) return noRoom({ why: 'hidden', value: 0, limit: 0 })
  if (lagMs > limits.replicationLag) return noRoom({ why: 'lag', value: lagMs, limit: limits.replicationLag })
  if (active > limits.activeSessions) return noRoom({ why: 'load', value: active, limit: limits.activeSessions })
  return undefined
}

/**
 * Waits until the server has room for work that can wait: before each action, and between the batches of a long one. Never
 * inside a transaction. Throws `action-refused` when the patience of the limits is over.
 */
export async function awaitRoom(session: Acting, limits: PostgresOptions['limits'], ctx: StepContext): Promise<void> {
  const until = ctx.clock.monotonicMs() + limits.patience
  for (;;) {
    const why = obstacle(await traffic(session), limits)
    if (why === undefined) return
    if (why.params['why'] === 'hidden' || ctx.clock.monotonicMs() >= until)
      throw new VigieError('action-refused', why, { hint: noRoomRemedy({}) })
    await wait(pollMs, undefined, { signal: ctx.signal })
  }
}

/**
 * How long a statement waits that holds up nobody while it waits for others, in milliseconds. Never 0, which is no
 * patience for room, and for the server no limit at all.
 */
export function patientLockMs({ limits, actingLockTimeout }: PostgresOptions): number {
  return Math.max(limits.patience, actingLockTimeout)
}
