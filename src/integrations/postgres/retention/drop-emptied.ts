import type { StepContext } from '../../../core/context.ts'
import type { Acting } from '../acting/acting.ts'
import { isRefusedFor } from '../acting/acting-refusals.ts'
import { awaitRoom } from '../acting/room-to-act.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { isSamePartition } from './drop-partition.ts'
import { statementLimitMs } from './run-batches.ts'
import type { WholePartition } from './whole-partitions.ts'

/**
 * Detaches and drops those of the partitions that nothing stands in any more, and gives how many. One that somebody uses,
 * that a row has come to, or that is too large still to look through is left for the next run.
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
      if (!isRefusedFor(error, 'lock') && !isRefusedFor(error, 'time')) throw error
    }
  }
  return dropped
}

async function dropWhenEmpty(session: Acting, partition: WholePartition): Promise<boolean> {
  const { schema, name, parent } = partition
  const sql = quoted(schema, name)
  return session.transaction(async () => {
    // Only who writes into this old partition waits while the server looks through what its rows have left behind.
    await session.query(`lock table only ${sql} in share mode`)
    if (!(await isSamePartition(session, sql, partition))) return false
    // A policy that hides rows is an error then.
    await session.query('set local row_security = off')
    if ((await session.query(`select 1 from ${sql} limit 1`)).rows.length > 0) return false
    await session.query(`alter table ${parent} detach partition ${sql}`)
    await session.query(`drop table ${sql}`)
    return true
  })
}
