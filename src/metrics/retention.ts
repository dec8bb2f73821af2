import { historyFiles, removeFile } from './history/history-files.ts'
import type { HistoryProcess } from './history/history-process.ts'
import { type SeriesClass, seriesClasses, type Tier, tiers } from './history/layout.ts'

/** How long each tier of a class is kept, in milliseconds. */
export type Retention = Readonly<Record<Tier, number>>

const dayMs = 86_400_000

/** Two years, as the guides ask; the points themselves for as long as somebody looks at single ones. */
export const defaultRetention: Retention = { raw: 30 * dayMs, '1m': 180 * dayMs, '1h': 731 * dayMs, '1d': 731 * dayMs }

export type RetentionOf = (one: SeriesClass) => Retention

/**
 * Deletes the files of which every record is older than its class is kept; a file with one that is not stays whole. Points
 * are kept as long as nothing is made of them.
 */
export function deleteExpired(root: string, retentionOf: RetentionOf, now: number): readonly string[] {
  return seriesClasses.flatMap((one) =>
    tiers.flatMap((tier) => {
      const expired = historyFiles(root, one, tier).filter(({ until }) => until + retentionOf(one)[tier] <= now)
      for (const file of expired) removeFile(file)
      return expired.map(({ path }) => path)
    }),
  )
}

export interface OldestRecord {
  readonly class: SeriesClass
  readonly tier: Tier
  readonly at: number
  readonly keepMs: number
}

/** The oldest record of each class and tier, read from the file itself: what a name says is no proof. */
export async function oldestRecords(
  root: string,
  process: HistoryProcess,
  retentionOf: RetentionOf,
): Promise<readonly OldestRecord[]> {
  const found: OldestRecord[] = []
  for (const one of seriesClasses) {
    for (const tier of tiers) {
      const [first] = historyFiles(root, one, tier)
      if (first === undefined) continue
      const { at } = await process.ask({ op: 'oldest', file: first.path })
      if (at !== null) found.push({ class: one, tier, at, keepMs: retentionOf(one)[tier] })
    }
  }
  return found
}
