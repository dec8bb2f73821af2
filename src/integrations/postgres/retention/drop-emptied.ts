import type { StepContext } from '../../../core/context.ts'
import type { Acting } from '../acting/acting.ts'
import { isRefusedFor } from '../acting/acting-refusals.ts'
import { awaitRoom } from '../acting/room-to-act.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { isSamePartition } from './drop-partition.ts'
import { statementLimitMs } from './run-batches.ts'
import type { WholePartition } from './whole-partitions.ts'

/** How long all who use the table may wait for the look that decides. */
const lockedLookMs = 1000

/**
 * Detaches and drops those of the partitions that nothing stands in any more, and gives how many. One that somebody uses
 * or has dropped, that a row has come to, or that is too large still to look through is left for the next run.
 */
export async function dropEmptied(
  session: Acting,
  partitions: readonly WholePartition[],
  options: PostgresOptions,
  ctx: StepContext,
): Promise<number> {
  let dropped = 0
  await session.setLimits({ statementMs: statementLimitMs })
  for (const partition of partitions) {
    ctx.signal.throwIfAborted()
    await awaitRoom(session, options.limits, ctx)
    try {
      if (await dropWhenEmpty(session, partition)) dropped++
    } catch (error) {
      if (!(['lock', 'time', 'gone'] as const).some((why) => isRefusedFor(error, why))) throw error
    }
  }
  return dropped
}

async function dropWhenEmpty(session: Acting, partition: WholePartition): Promise<boolean> {
  const { schema, name, parent } = partition
  const sql = quoted(schema, name)
  // Without a lock first: what its rows have left behind may take long to look through, and less at the second time.
  if (!(await isEmpty(session, sql))) return false
  return session.transaction(async () => {
    // The parent first, as who writes through it does: in another order one of both would be the victim of a deadlock.
    await session.query(`lock table only ${parent}, only ${sql} in access exclusive mode`)
    if (!(await isSamePartition(session, sql, partition))) return false
    await session.query(`set local statement_timeout = ${lockedLookMs}`)
    if (!(await isEmpty(session, sql))) return false
    await session.query(`alter table ${parent} detach partition ${sql}`)
    await session.query(`drop table ${sql}`)
    return true
  })
}

async function isEmpty(session: Acting, sql: string): Promise<boolean> {
  // A policy that hides rows is an error then.
  await session.query('set row_security = off')
  return (await session.query(`select 1 from ${sql} limit 1`)).rows.length === 0
}
