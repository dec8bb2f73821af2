import { type SeriesClass, seriesClasses } from '../core/series.ts'
import { historyFiles, removeFile } from './history/history-files.ts'
import type { HistoryProcess } from './history/history-process.ts'
import { type Tier, tiers } from './history/layout.ts'

/** How long each tier of a class is kept, in milliseconds. */
export type Retention = Readonly<Record<Tier, number>>

const dayMs = 86_400_000

/** Two years, as the guides ask; the points themselves for as long as somebody looks at single ones. */
export const defaultRetention: Retention = { raw: 30 * dayMs, '1m': 180 * dayMs, '1h': 731 * dayMs, '1d': 731 * dayMs }

export type RetentionOf = (one: SeriesClass) => Retention

/** What systems say of one class; `points` and so on as in a config, in milliseconds. */
export type KeepSettings = Partial<
  Record<SeriesClass, { readonly [Unit in 'points' | 'minutes' | 'hours' | 'days']?: number | undefined } | undefined>
>

/** Files hold the series of all systems: the one that keeps longest decides. */
export function retentionFrom(systems: readonly KeepSettings[]): RetentionOf {
  return (one) => {
    const longest = (unit: 'points' | 'minutes' | 'hours' | 'days', standard: number): number =>
      systems.length === 0 ? standard : Math.max(...systems.map((keep) => keep[one]?.[unit] ?? standard))
    return {
      raw: longest('points', defaultRetention.raw),
      '1m': longest('minutes', defaultRetention['1m']),
      '1h': longest('hours', defaultRetention['1h']),
      '1d': longest('days', defaultRetention['1d']),
    }
  }
}

/**
 * Deletes the files of which every record is older than its class is kept; a file with one that is not stays whole.  */
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
