import * as z from 'zod'
import { bytesSchema } from '../../../core/bytes.ts'
import { type CollectedPoint, defineCollector } from '../../../core/collector.ts'
import { message } from '../../../core/message.ts'
import { keptPoints } from '../../../platform/service-metrics/kept-points.ts'
import { createRequestTotals, type RequestTotals } from '../../../platform/service-metrics/request-totals.ts'
import { servicePoints, type TimedScrape } from '../../../platform/service-metrics/service-points.ts'
import { answerMessages } from '../answer.ts'
import { type HttpOptions, urlOf } from '../options.ts'
import { lookAtMetrics, scrapeMessages } from '../scrape-metrics.ts'

/** Beside what is made of requests: what the guides ask for by name, and what every client library exposes of its process. */
const defaultKept = [
  ...['active_users', '*_active_users', 'active_users_*', 'active_sessions', '*_active_sessions'],
  ...['process_resident_memory_bytes', 'process_open_fds', 'process_cpu_seconds_total', 'nodejs_eventloop_lag_seconds'],
]

const options = z.strictObject({
  /** Endpoints told apart, the busiest; the others are one. A page shows about as many. */
  top: z.number().int().min(1).max(200).default(20),
  /** Names kept as they are; `*` stands for any characters. Counters become a rate, histograms their quantiles. */
  keep: z.array(z.string().min(1)).default(defaultKept),
  /** Series and buckets held of one look; what is beyond is counted in `vigie_dropped_series`. About 100 bytes each. */
  maxSeries: z.number().int().min(10).max(200_000).default(10_000),
  /** An answer longer than this is not read to its end. 10,000 series are about 1 MB. */
  maxSize: bytesSchema.default(16_000_000),
  /** Ask for protobuf, the only form that has native histograms. */
  nativeHistograms: z.boolean().default(false),
})

/** Labels that we give ourselves; as Prometheus renames them. */
const ownLabels = ['component', 'system']

/** What a service tells of itself in Prometheus' formats: requests per second, errors, response times, authentications. */
export const metricsCollector = defineCollector<HttpOptions>()({
  kind: 'http-metrics',
  summary: message('http.metrics-summary', {
    en: () => 'requests, errors and response times from its own metrics',
    fr: () => 'requêtes, erreurs et temps de réponse, d’après ses propres métriques',
  }),
  options,
  everyMs: 15_000,
  appliesTo: ({ metrics }) => metrics !== undefined,
  messages: [...answerMessages, ...scrapeMessages],
  collect: async (component, { top, keep, ...limits }, ctx): Promise<readonly CollectedPoint[]> => {
    const keeps = namesLike(keep)
    const memory = await ctx.share<Memory>(
      'http-metrics',
      async () => ({ last: undefined, totals: createRequestTotals() }),
      async () => undefined,
    )
    const before = memory.last
    const url = urlOf(component.options, component.options.metrics ?? '/metrics')
    const scrape = await lookAtMetrics(component.options, url, { ...limits, keeps }, ctx)
    const now = { scrape, atMs: ctx.clock.monotonicMs() }
    memory.last = now
    return [
      ...memory.totals(before?.scrape, scrape),
      ...(before === undefined ? [] : servicePoints(before, now, top)),
      ...keptPoints(before, now, keeps).map(withoutOwnLabels),
      { name: 'vigie_dropped_series', value: scrape.dropped },
    ]
  },
})

/** A rate needs the look before. */
interface Memory {
  last: TimedScrape | undefined
  readonly totals: RequestTotals
}

function namesLike(patterns: readonly string[]): (name: string) => boolean {
  const all = patterns.map((pattern) => pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*'))
  const like = new RegExp(`^(?:${all.join('|') || '(?!)'})$`)
  return (name) => like.test(name)
}

function withoutOwnLabels(point: CollectedPoint): CollectedPoint {
  const { labels } = point
  if (labels === undefined || !ownLabels.some((name) => labels[name] !== undefined)) return point
  const renamed = Object.entries(labels).map(([name, value]) => [
    ownLabels.includes(name) ? `exported_${name}` : name,
    value,
  ])
  return { ...point, labels: Object.fromEntries(renamed) }
}
