import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import { keyOf } from '../indexes/index-usage.ts'
import type { SizedTableUse } from './table-use.ts'

const snapshotName = 'sequential-reads'
const dayMs = 86_400_000
/** A weekly look is not always at the same minute. */
const historyMs = 8 * dayMs

/** Tables whose counts are kept, the largest first. */
const keptTables = 2000

const keptSchema = z.object({ tables: z.record(z.string(), z.number()) })

/** What sequential scans had read of each table, by its name, at an earlier look. */
export interface ReadsBefore {
  readonly at: number
  readonly rows: ReadonlyMap<string, number>
}

/** The oldest look of the last week that is at least so old; undefined when none is, or when it cannot be read. */
export async function readsBefore(ctx: StepContext, leastAgeMs: number): Promise<ReadsBefore | undefined> {
  const now = ctx.clock.now().getTime()
  const at = (await ctx.snapshots.times(snapshotName, historyMs)).find((time) => now - time.getTime() >= leastAgeMs)
  if (at === undefined) return undefined
  const parsed = keptSchema.safeParse(await ctx.snapshots.read(snapshotName, at))
  return parsed.success ? { at: at.getTime(), rows: new Map(Object.entries(parsed.data.tables)) } : undefined
}

export async function keepReads(tables: readonly SizedTableUse[], ctx: StepContext): Promise<void> {
  const kept = tables.toSorted((a, b) => b.bytes - a.bytes).slice(0, keptTables)
  const entries = kept.map((one) => [keyOf(one.schema, one.table), one.sequentialRows])
  await ctx.snapshots.keep(snapshotName, { tables: Object.fromEntries(entries) })
}

/**
 * Rows that were read since that look, and how long ago it was; of a table that it did not know, or that was counted anew,
 * all since the statistics began.
 */
export function readsSince(
  { schema, table, sequentialRows, statisticsAgeMs }: SizedTableUse,
  before: ReadsBefore | undefined,
  now: number,
): { readonly rows: number; readonly spanMs: number } {
  const kept = before?.rows.get(keyOf(schema, table))
  const spanMs = before === undefined ? 0 : now - before.at
  const sinceMs = statisticsAgeMs ?? 0
  // Counts that began after that look are no continuation of its own, even where they are higher by now.
  if (kept === undefined || kept > sequentialRows || spanMs > sinceMs) return { rows: sequentialRows, spanMs: sinceMs }
  return { rows: sequentialRows - kept, spanMs }
}
