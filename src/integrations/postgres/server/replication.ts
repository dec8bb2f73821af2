import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'

/** A server that is sent what this one writes. */
export type Receiver = {
  /** Its slot, its application_name, its address, or the pid of its sender: the first that tells it apart. */
  readonly name: string
  /** `streaming`; null where the role may not see it. */
  readonly state: string | null
  /** How far what it has replayed is behind; null while it has replayed nothing, and where the role may not see it. */
  readonly lagBytes: number | null
  /** Null as well when it has nothing left to replay. */
  readonly lagMs: number | null
  readonly role: string
}

/** A place kept for a receiver: what it has not got is not thrown away. */
export type Slot = {
  readonly name: string
  readonly isActive: boolean
  readonly isLogical: boolean
  /** Bytes of WAL that stay because of it; null before its first use, and when they are gone. */
  readonly heldBytes: number | null
  /** `reserved`, `extended`, `unreserved` or `lost`. */
  readonly walStatus: string | null
  /** max_slot_wal_keep_size; null is without a limit. */
  readonly limitBytes: number | null
}

/** What a standby knows of its own way. */
export type Following = {
  /** It has a process that receives; `status` is null where the role may not see it. */
  readonly isReceiving: boolean
  readonly status: string | null
  readonly sender: string | null
  /** It has been told where its primary is; null where the role may not see it. */
  readonly hasSource: boolean | null
  readonly isPaused: boolean
  /** All that was received is replayed. */
  readonly isAtEnd: boolean
  readonly behindBytes: number | null
  /** Age of the last transaction replayed, less the delay that is asked for. */
  readonly behindMs: number | null
  readonly role: string
}

const here = 'case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_lsn() end'

// A copy being made, a keeper of WAL and the first copy of a subscribed table end by themselves.
const receiversSql = `
  select coalesce(s.slot_name::text,
           case when r.application_name = 'walreceiver' then coalesce(host(r.client_addr), r.application_name) end,
           nullif(r.application_name, ''), host(r.client_addr), r.pid::text) as name,
         r.state, pg_wal_lsn_diff(${here}, r.replay_lsn)::float8 as "lagBytes",
         (extract(epoch from r.replay_lag) * 1000)::float8 as "lagMs", current_user::text as role
  from pg_stat_replication r left join pg_replication_slots s on s.active_pid = r.pid
  where coalesce(r.state, '') <> 'backup' and coalesce(r.application_name, '') not in ('pg_basebackup', 'pg_receivewal')
    and coalesce(s.slot_name, '') !~ '^pg_[0-9]+_sync_'
  order by 1`

const slotsSql = `
  select slot_name::text as name, active as "isActive", slot_type = 'logical' as "isLogical",
         pg_wal_lsn_diff(${here}, restart_lsn)::float8 as "heldBytes", wal_status as "walStatus",
         (select nullif(setting::float8, -1) * 1048576 from pg_settings where name = 'max_slot_wal_keep_size') as "limitBytes"
  from pg_replication_slots where not temporary order by 1`

const followingSql = `
  select w.pid is not null as "isReceiving", w.status, w.sender_host as sender,
         (select setting <> '' from pg_settings where name = 'primary_conninfo') as "hasSource",
         pg_is_wal_replay_paused() as "isPaused",
         coalesce(pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn(), false) as "isAtEnd",
         pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::float8 as "behindBytes",
         greatest(0, extract(epoch from now() - pg_last_xact_replay_timestamp()) * 1000
           - (select setting::float8 from pg_settings where name = 'recovery_min_apply_delay'))::float8 as "behindMs",
         current_user::text as role
  from (select pg_is_in_recovery() as yes) standby left join pg_stat_wal_receiver w on true where yes`

export interface ReplicationSight {
  readonly receivers: Answer<Receiver>
  readonly slots: Answer<Slot>
  /** Without a row on a primary. */
  readonly following: Answer<Following>
  /** Receivers that earlier looks saw, and how long ago, in milliseconds. */
  readonly seenBefore: Readonly<Record<string, number>>
}

const snapshotName = 'postgres-receivers'
const hourMs = 3_600_000

/** Looks, and keeps whom it saw: who is gone later is missed for as long as `rememberMs`. */
export async function replicationSight(
  component: Component<PostgresOptions>,
  rememberMs: number,
  ctx: StepContext,
): Promise<ReplicationSight> {
  const receivers = await ask<Receiver>(component, { sql: receiversSql }, ctx)
  const slots = await ask<Slot>(component, { sql: slotsSql }, ctx)
  const following = await ask<Following>(component, { sql: followingSql }, ctx)
  const now = ctx.clock.now().getTime()
  const newest = (await ctx.snapshots.times(snapshotName, rememberMs)).at(-1)
  const before = lastSeen(newest === undefined ? undefined : await ctx.snapshots.read(snapshotName, newest))
  if (receivers.ok) {
    // A name that is only a process number is another the next time.
    const names = receivers.rows.map(({ name }) => name).filter((name) => !/^\d+$/.test(name))
    const known = Object.entries(before).filter(([, at]) => now - at <= rememberMs)
    const all = Object.fromEntries([...known, ...names.map((name) => [name, now] as const)])
    const isOld = newest === undefined || now - newest.getTime() >= hourMs
    const isNew = names.some((name) => before[name] === undefined)
    if (isNew || (isOld && Object.keys(all).length > 0)) await ctx.snapshots.keep(snapshotName, all)
  }
  const seenBefore = Object.entries(before).filter(([, at]) => now - at <= rememberMs)
  return {
    ...{ receivers, slots, following },
    seenBefore: Object.fromEntries(seenBefore.map(([name, at]) => [name, Math.max(0, now - at)])),
  }
}

function lastSeen(body: unknown): Readonly<Record<string, number>> {
  if (body === null || typeof body !== 'object') return {}
  return Object.fromEntries(Object.entries(body).filter((one): one is [string, number] => typeof one[1] === 'number'))
}
