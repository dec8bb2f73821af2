import type { CollectedPoint } from '../../core/collector.ts'
import { chooseDurations } from './choose-source.ts'
import { counterIncrease } from './counter-increase.ts'
import { histogramPoints } from './quantile-points.ts'
import type { Scrape } from './scrape.ts'
import type { TimedScrape } from './service-points.ts'

/**
 * What a team asked to keep, under its own names: gauges as they are, counters as their rate per second (`…_rate` for
 * `…_total`), histograms as the quantiles of all their series.
 */
export function keptPoints(
  before: TimedScrape | undefined,
  now: TimedScrape,
  keeps: (name: string) => boolean,
): readonly CollectedPoint[] {
  const gauges = [...now.scrape.gauges].flatMap(([name, all]) =>
    [...all.values()]
      .filter(({ value }) => Number.isFinite(value))
      .map(({ labels, value }) => ({ name, labels, value })),
  )
  const seconds = before === undefined ? 0 : (now.atMs - before.atMs) / 1000
  if (before === undefined || !(seconds > 0)) return gauges
  return [
    ...gauges,
    ...rates(before.scrape, now.scrape, seconds, keeps),
    ...quantilesOf(before.scrape, now.scrape, keeps),
  ]
}

function rates(
  before: Scrape,
  now: Scrape,
  seconds: number,
  keeps: (name: string) => boolean,
): readonly CollectedPoint[] {
  return [...now.counters]
    .filter(([family]) => keeps(family))
    .flatMap(([family, all]) =>
      [...all].map(([key, { labels, value }]) => ({
        name: `${family.replace(/_total$/, '')}_rate`,
        labels,
        value: counterIncrease(before.counters.get(family)?.get(key)?.value, value) / seconds,
      })),
    )
}

function quantilesOf(before: Scrape, now: Scrape, keeps: (name: string) => boolean): readonly CollectedPoint[] {
  const told = chooseDurations(now)
  return [...now.histograms.keys()]
    .filter((family) => keeps(family) && family !== told)
    .flatMap((family) => histogramPoints(family, before, now, family, 1, () => undefined))
}
