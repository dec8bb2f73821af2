import type { Labels } from '../../core/series.ts'
import { type CountSource, countOf } from './choose-source.ts'
import { counterIncrease } from './counter-increase.ts'
import type { Scrape } from './scrape.ts'

/** What each series of the source counted between two looks. */
export function* countedRequests(
  before: Scrape,
  now: Scrape,
  { family, from }: Pick<CountSource, 'family' | 'from'>,
): Generator<{ readonly labels: Labels; readonly count: number }> {
  if (from === 'counter') {
    const old = before.counters.get(family)
    for (const [key, { labels, value }] of now.counters.get(family) ?? [])
      yield { labels, count: counterIncrease(old?.get(key)?.value, value) }
    return
  }
  const old = before.histograms.get(family)
  for (const [key, series] of now.histograms.get(family) ?? []) {
    const was = old?.get(key)
    yield { labels: series.labels, count: counterIncrease(was && countOf(was), countOf(series)) }
  }
}
