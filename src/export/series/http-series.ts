import type { KnownSeries } from './known-series.ts'
import { requestCounters, requestsExpr, requestsName } from './request-counters.ts'

/** How client libraries measure the time of requests; sources as for their counters. */
const histograms = [
  'http_request_duration_seconds',
  'http_server_request_duration_seconds',
  'http_server_requests_seconds',
  'starlette_request_duration_seconds',
  'flask_http_request_duration_seconds',
  'django_http_requests_latency_seconds_by_view_method',
]
const quantiles = ['0.5', '0.95', '0.99']

/** Which of the metrics of a service are about requests. */
export const requestFamilies = [...requestCounters, ...histograms.map((family) => `${family}_(?:bucket|count|sum)`)]

/** As the http-metrics collector makes them, from the service's own metrics; `class` and `endpoint` come by relabelling. */
export const httpSeries: readonly KnownSeries[] = [
  { name: requestsName, labels: [], expr: requestsExpr },
  {
    name: 'http_request_rate',
    labels: ['endpoint'],
    expr: wholeAndParts((labels) => rateOf(requestsName, labels)),
  },
  ...['4xx', '5xx'].map((one) => ({
    name: 'http_error_ratio',
    labels: ['class', 'endpoint'],
    fixed: { class: one },
    expr: wholeAndParts((labels) => errorRatio(labels, one)),
  })),
  ...quantiles.map((quantile) => ({
    name: 'http_request_seconds',
    labels: ['quantile', 'endpoint'],
    fixed: { quantile },
    expr: wholeAndParts((labels) =>
      histograms.map((family) => `(${quantileOf(family, labels, quantile)})`).join(' or on (system, component) '),
    ),
  })),
]

/** Of the whole service, which has no label `endpoint`, and of each endpoint. */
function wholeAndParts(expr: (labels: readonly string[]) => string): string {
  return `(${expr([])}) or (${expr(['endpoint'])})`
}

function quantileOf(family: string, labels: readonly string[], quantile: string): string {
  return `histogram_quantile(${quantile}, ${rateOf(`${family}_bucket`, [...labels, 'le'])}) >= 0`
}

function errorRatio(labels: readonly string[], one: string): string {
  const all = rateOf(requestsName, labels, ',class!=""')
  // A class that never came has no series, and counted nothing.
  return `(${rateOf(requestsName, labels, `,class="${one}"`)} or ${all} * 0) / (${all} > 0)`
}

function rateOf(series: string, labels: readonly string[], matches = ''): string {
  const told = labels.includes('endpoint') ? ',endpoint!=""' : ''
  const by = ['system', 'component', ...labels].join(', ')
  return `sum by (${by}) (rate(${series}{system!=""${told}${matches}}[1m]))`
}
