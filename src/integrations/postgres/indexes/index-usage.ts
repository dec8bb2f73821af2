import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import type { TableUse } from '../tables/table-use.ts'
import type { Index } from './indexes.ts'

export const usageName = 'index-usage'

const dayMs = 86_400_000

/** Tables whose counters are kept, the most written first: 300 kB a snapshot at most. */
const keptTables = 5000
/** Of a week, so that quiet days and busy ones are both in it. */
const spanMs = 7 * dayMs
/** Less is no picture of a day. */
const leastSpanMs = dayMs / 24

const usageSchema = z.object({
  /** By `keyOf`: scans counted at that time, and when the latest use is known to have been, in milliseconds since 1970. */
  indexes: z.record(z.string(), z.tuple([z.number(), z.number()])),
  /** By `keyOf`: inserts, updates, HOT updates, rows read by sequential scans. */
  tables: z.record(z.string(), z.tuple([z.number(), z.number(), z.number(), z.number()])),
})

/** What a look saw of the use of indexes and tables. A reset of the server's statistics does not reach it. */
export type Usage = z.output<typeof usageSchema>

export interface DatedUsage {
  readonly at: Date
  readonly usage: Usage
}

/** A name with its schema, told apart from every other. */
export function keyOf(schema: string, name: string): string {
  return JSON.stringify([schema, name])
}

/**
 * What is kept of this look: of every index that was ever seen used, when that was known last. A count that is another
 * than before is a use since then; the first count that is seen is taken for one of now, since nothing dates it.
 */
export function usageAt(
  now: number,
  before: Usage | undefined,
  indexes: readonly Pick<Index, 'schema' | 'name' | 'scans'>[],
  tables: readonly TableUse[],
): Usage {
  const seen = Object.fromEntries(
    indexes.map(({ schema, name, scans }) => {
      const [scansBefore = 0, usedAt = 0] = before?.indexes[keyOf(schema, name)] ?? []
      return [keyOf(schema, name), [scans, scans > 0 && scans !== scansBefore ? now : usedAt] as [number, number]]
    }),
  )
  const used = Object.entries({ ...before?.indexes, ...seen }).filter(([, [, usedAt]]) => usedAt > 0)
  const written = tables.toSorted((a, b) => writesOf(b) - writesOf(a)).slice(0, keptTables)
  return {
    // One that is not seen at this moment may be back: it was rebuilt, or its schema was renamed for a while.
    indexes: Object.fromEntries(used),
    tables: Object.fromEntries(
      written.map((one) => [
        keyOf(one.schema, one.table),
        [one.inserts, one.updates, one.hotUpdates, one.sequentialRows] as [number, number, number, number],
      ]),
    ),
  }
}

/** When an index is known to have been used last, in milliseconds since 1970; undefined when nothing tells of any use. */
export function lastUse(
  usage: Usage | undefined,
  { schema, name }: Pick<Index, 'schema' | 'name'>,
): number | undefined {
  return usage?.indexes[keyOf(schema, name)]?.[1]
}

/** Entries that each index of a table gets a day: inserts and the updates that are not HOT. Null when it cannot be told. */
export function entriesPerDay(table: TableUse, before: DatedUsage | undefined, now: number): number | null {
  const entries = table.inserts + table.updates - table.hotUpdates
  const kept = before?.usage.tables[keyOf(table.schema, table.table)]
  if (before !== undefined && kept !== undefined) {
    const [inserts, updates, hotUpdates] = kept
    const isSameCount = table.inserts >= inserts && table.updates >= updates && table.hotUpdates >= hotUpdates
    const span = now - before.at.getTime()
    if (isSameCount && span >= leastSpanMs) return ((entries - (inserts + updates - hotUpdates)) * dayMs) / span
  }
  const { statisticsAgeMs } = table
  return statisticsAgeMs === null || statisticsAgeMs < leastSpanMs ? null : (entries * dayMs) / statisticsAgeMs
}

/** The newest snapshot, and the first of the last week. What cannot be read is not there. */
export async function usageBefore(
  ctx: StepContext,
  sinceMs: number,
): Promise<{ readonly newest: DatedUsage | undefined; readonly weekAgo: DatedUsage | undefined }> {
  const times = await ctx.snapshots.times(usageName, sinceMs)
  const now = ctx.clock.now().getTime()
  const first = times.find((at) => at.getTime() >= now - spanMs)
  return { newest: await read(ctx, times.at(-1)), weekAgo: await read(ctx, first) }
}

async function read(ctx: StepContext, at: Date | undefined): Promise<DatedUsage | undefined> {
  if (at === undefined) return undefined
  const parsed = usageSchema.safeParse(await ctx.snapshots.read(usageName, at))
  return parsed.success ? { at, usage: parsed.data } : undefined
}

function writesOf({ inserts, updates }: TableUse): number {
  return inserts + updates
}
