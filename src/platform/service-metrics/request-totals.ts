import type { CollectedPoint } from '../../core/collector.ts'
import { chooseCounts } from './choose-source.ts'
import { countedRequests } from './counted-requests.ts'
import { statusClassOf } from './known-names.ts'
import type { Scrape } from './scrape.ts'

const errorClasses = ['4xx', '5xx'] as const

/** Counts on from look to look. Give it each look once; undefined: no look came before. */
export type RequestTotals = (before: Scrape | undefined, now: Scrape) => readonly CollectedPoint[]

/**
 * The requests that a service answered since we look, as counters: what `ratio` and `burn` are made of.
 *
 *     http_requests_total  http_errors_total{class="4xx"}  http_errors_total{class="5xx"}
 *
 * They are of the whole service, so that a sum over them counts nothing twice, and only grow, whatever becomes of the
 * program's own counters. A program that does not tell how requests ended gives none: no errors would be a guess. One that
 * just began may not have counted anything yet: then they stay as they are.
 */
export function createRequestTotals(): RequestTotals {
  let requests = 0
  const errors = { '4xx': 0, '5xx': 0 }
  let isKnown = false
  return (before, now) => {
    const source = chooseCounts(now)
    if (source === undefined ? !isKnown : !source.hasStatus) return []
    isKnown = true
    if (before !== undefined && source !== undefined) {
      for (const { labels, count } of countedRequests(before, now, source)) {
        requests += count
        const status = statusClassOf(labels)
        if (status === '4xx' || status === '5xx') errors[status] += count
      }
    }
    return [
      { name: 'http_requests_total', value: requests },
      ...errorClasses.map((one) => ({ name: 'http_errors_total', labels: { class: one }, value: errors[one] })),
    ]
  }
}
