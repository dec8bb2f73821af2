import { setTimeout as wait } from 'node:timers/promises'
import type { StepContext } from '../../../core/context.ts'
import type { Acting } from '../acting/acting.ts'
import { isRefusedFor } from '../acting/acting-refusals.ts'
import { awaitRoom } from '../acting/room-to-act.ts'
import type { PostgresOptions } from '../options.ts'
import type { Batch, Cursor } from './move-batch.ts'
import { refuseRule } from './refusal.ts'
import type { RetentionRule } from './rule.ts'
import type { Subject } from './subject.ts'

/** How far the batches of one run came. */
export interface Progress {
  readonly count: number
  readonly batches: number
  /** No row was left in the order; false when the time of the rule was over. */
  readonly isWhole: boolean
}

/** On two cores, those of 5 ms are no better for those who work beside, and those of 30 ms worse (`npm run bench -- postgresql --only retention`). */
const wantedMs = 10
/** A statement of a batch that takes longer is ended by the server, and tried again with fewer rows. */
export const statementLimitMs = 10_000
const firstRows = 500
const fewestRows = 10
/** How often a batch is tried that met somebody else's lock. */
const lockTries = 3

/**
 * Batch after batch, in order, each bounded in rows and time, with a rest after it, while the server has room. What a
 * batch did stays done whatever comes after it. No more than `most` rows go: those were counted, others came meanwhile. Throws `action-refused` when it cannot go on.
 */
export async function runBatches(
  session: Acting,
  subject: Subject,
  rule: RetentionRule,
  most: number,
  options: PostgresOptions,
  ctx: StepContext,
  batch: (after: Cursor | undefined, limit: number) => Promise<Batch>,
): Promise<Progress> {
  const started = ctx.clock.monotonicMs()
  let [count, batches, after] = [0, 0, undefined as Cursor | undefined]
  let limit = Math.min(rule.batch, firstRows)
  let tries = 0
  await session.setLimits({ statementMs: statementLimitMs })
  for (;;) {
    ctx.signal.throwIfAborted()
    if (count >= most) return { count, batches, isWhole: true }
    if (ctx.clock.monotonicMs() - started > rule.timeLimit) return { count, batches, isWhole: false }
    await awaitRoom(session, options.limits, ctx)
    const began = ctx.clock.monotonicMs()
    try {
      const done = await batch(after, Math.min(limit, most - count))
      if (done.last === undefined) return { count, batches, isWhole: true }
      count += done.count
      batches++
      after = done.last
      tries = 0
      const tookMs = ctx.clock.monotonicMs() - began
      limit = nextLimit(limit, tookMs, rule.batch)
      await rest(tookMs * rule.pause, ctx)
    } catch (error) {
      if (isRefusedFor(error, 'time')) {
        if (limit <= fewestRows) {
          const table = `${subject.schema}.${subject.table}`
          throw refuseRule({ rule: subject.rule, table, why: 'too-slow', detail: subject.age.name })
        }
        limit = Math.max(fewestRows, Math.floor(limit / 4))
      } else if (isRefusedFor(error, 'lock') && tries < lockTries) {
        tries++
      } else throw error
      await rest((ctx.clock.monotonicMs() - began) * rule.pause, ctx)
    }
  }
}

/** As many rows as fit into the wanted time, at most twice as many as before. */
export function nextLimit(limit: number, tookMs: number, most: number): number {
  const fitting = Math.floor((limit * wantedMs) / Math.max(tookMs, 1))
  return Math.min(most, Math.max(Math.min(fitting, limit * 2), Math.min(fewestRows, most)))
}

async function rest(ms: number, ctx: StepContext): Promise<void> {
  if (ms > 0) await wait(ms, undefined, { signal: ctx.signal })
}
