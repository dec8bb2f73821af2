import type { Labels } from '../../core/series.ts'
import { durationScale, endpointOf, isRequestCounter, statusClassOf } from './known-names.ts'
import type { HistogramSeries, Scrape } from './scrape.ts'

/** Where requests are counted: a counter, or the count of a histogram. */
export interface CountSource {
  readonly family: string
  readonly from: 'counter' | 'histogram'
  readonly hasStatus: boolean
}

/**
 * Programs count the same requests in several families; one of them is taken, so that nothing is counted twice: the one
 * that knows the answer's status, then the one that knows the endpoint, then a counter, then by name.
 */
export function chooseCounts(scrape: Scrape): CountSource | undefined {
  const counters = [...scrape.counters]
    .filter(([name]) => isRequestCounter(name))
    .map(([family, series]) => ({ family, from: 'counter' as const, ...said(series.values()) }))
  const histograms = [...scrape.histograms]
    .filter(([name]) => durationScale(name) !== undefined)
    .map(([family, series]) => ({ family, from: 'histogram' as const, ...said(series.values()) }))
  return best([...counters, ...histograms], ({ hasStatus, hasEndpoint }) => (hasStatus ? 2 : 0) + (hasEndpoint ? 1 : 0))
}

/** The histogram of the time that requests take: the one that knows the endpoint, then by name. */
export function chooseDurations(scrape: Scrape): string | undefined {
  const all = [...scrape.histograms]
    .filter(([name]) => durationScale(name) !== undefined)
    .map(([family, series]) => ({ family, ...said(series.values()) }))
  return best(all, ({ hasEndpoint }) => (hasEndpoint ? 1 : 0))?.family
}

function said(series: Iterable<{ readonly labels: Labels }>): { hasStatus: boolean; hasEndpoint: boolean } {
  const all = [...series]
  return {
    hasStatus: all.some(({ labels }) => statusClassOf(labels) !== undefined),
    hasEndpoint: all.some(({ labels }) => endpointOf(labels) !== undefined),
  }
}

/** The first in the list of those that score highest; names that begin with `http` are the whole program's. */
function best<T extends { readonly family: string }>(all: readonly T[], score: (one: T) => number): T | undefined {
  const rank = (one: T): number => score(one) * 2 + (one.family.startsWith('http') ? 1 : 0)
  return all.toSorted((a, b) => rank(b) - rank(a))[0]
}

/** Observations of a histogram so far. */
export function countOf({ buckets, native }: HistogramSeries): number {
  return native?.count ?? buckets.get(Number.POSITIVE_INFINITY) ?? 0
}
