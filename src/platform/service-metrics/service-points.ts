import type { CollectedPoint } from '../../core/collector.ts'
import { authPoints } from './auth-points.ts'
import { chooseCounts, chooseDurations, countOf } from './choose-source.ts'
import { countedRequests } from './counted-requests.ts'
import { endpointOf, statusClassOf } from './known-names.ts'
import { quantilePoints } from './quantile-points.ts'
import type { Scrape } from './scrape.ts'
import { topOf } from './top-of.ts'

/** A scrape and when it was, in milliseconds that never step back. */
export interface TimedScrape {
  readonly scrape: Scrape
  readonly atMs: number
}

/**
 * What a service did between two looks at it. Rates are per second; ratios and quantiles are those of the requests that
 * came meanwhile, so there is none when none came. Without `endpoint` a point is of the whole service.
 *
 *     http_request_rate{endpoint}  http_error_ratio{class,endpoint}  http_request_seconds{quantile,endpoint}
 *     auth_attempt_rate  auth_success_rate  auth_failure_rate  auth_failure_ratio
 *
 * @param top endpoints told apart, the busiest since the program began; the others together are `other`
 */
export function servicePoints(before: TimedScrape, now: TimedScrape, top: number): readonly CollectedPoint[] {
  const seconds = (now.atMs - before.atMs) / 1000
  if (!(seconds > 0)) return []
  const shown = busiest(now.scrape, top)
  return [
    ...requestPoints(before.scrape, now.scrape, seconds, shown),
    ...quantilePoints(before.scrape, now.scrape, shown),
    ...authPoints(before.scrape, now.scrape, seconds),
  ]
}

function requestPoints(
  before: Scrape,
  now: Scrape,
  seconds: number,
  shown: (endpoint: string) => string,
): readonly CollectedPoint[] {
  const source = chooseCounts(now)
  if (source === undefined) return []
  const tallies = new Map<string | undefined, Map<string, number>>()
  const add = (endpoint: string | undefined, status: string, count: number): void => {
    const tally = tallies.get(endpoint) ?? new Map<string, number>()
    tally.set(status, (tally.get(status) ?? 0) + count)
    tallies.set(endpoint, tally)
  }
  for (const { labels, count } of countedRequests(before, now, source)) {
    const endpoint = endpointOf(labels)
    const status = statusClassOf(labels) ?? ''
    add(undefined, status, count)
    if (endpoint !== undefined) add(shown(endpoint), status, count)
  }
  return [...tallies].flatMap(([endpoint, tally]) => {
    const own = endpoint === undefined ? {} : { endpoint }
    const total = [...tally.values()].reduce((sum, count) => sum + count, 0)
    const rate = { name: 'http_request_rate', labels: own, value: total / seconds }
    if (total === 0 || !source.hasStatus) return [rate]
    const ratio = (one: string): CollectedPoint => ({
      name: 'http_error_ratio',
      labels: { class: one, ...own },
      value: (tally.get(one) ?? 0) / total,
    })
    return [rate, ratio('4xx'), ratio('5xx')]
  })
}

/** By all that was counted since the program began: what is busiest now changes from look to look. */
function busiest(now: Scrape, top: number): (endpoint: string) => string {
  const totals = new Map<string, number>()
  const add = (labels: Readonly<Record<string, string>>, count: number): void => {
    const endpoint = endpointOf(labels)
    if (endpoint !== undefined && Number.isFinite(count)) totals.set(endpoint, (totals.get(endpoint) ?? 0) + count)
  }
  const source = chooseCounts(now)
  if (source?.from === 'counter')
    for (const { labels, value } of now.counters.get(source.family)?.values() ?? []) add(labels, value)
  // The endpoints of the durations may be others than those of the counter.
  if (totals.size === 0) {
    const family = chooseDurations(now) ?? ''
    for (const series of now.histograms.get(family)?.values() ?? []) add(series.labels, countOf(series))
  }
  return topOf(totals, top)
}
