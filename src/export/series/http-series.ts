import type { KnownSeries } from '../known-series.ts'

/**
 * How client libraries count requests, the best known first: one family is taken, so that nothing is counted twice.
 * Sources: prometheus_client (as in the guides), starlette_exporter, prometheus-flask-exporter, django-prometheus,
 * Micrometer, OpenTelemetry's semantic conventions, prom-client and express-prom-bundle.
 */
const counters = [
  'http_requests_total',
  'starlette_requests_total',
  'flask_http_request_total',
  'django_http_responses_total_by_status_view_method_total',
  'http_server_requests_seconds_count',
  'http_server_request_duration_seconds_count',
  'http_request_duration_seconds_count',
]
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
export const requestFamilies = [...counters, ...histograms.map((family) => `${family}_(?:bucket|count|sum)`)]

/** As the http-metrics collector makes them, from the service's own metrics; `class` and `endpoint` come by relabelling. */
export const httpSeries: readonly KnownSeries[] = [
  {
    name: 'http_request_rate',
    labels: ['endpoint'],
    expr: wholeAndParts((labels) => firstOf(counters, (family) => rateOf(family, labels, ''))),
  },
  ...['4xx', '5xx'].map((one) => ({
    name: 'http_error_ratio',
    labels: ['class', 'endpoint'],
    fixed: { class: one },
    expr: wholeAndParts((labels) => firstOf(counters, (family) => errorRatio(family, labels, one))),
  })),
  ...quantiles.map((quantile) => ({
    name: 'http_request_seconds',
    labels: ['quantile', 'endpoint'],
    fixed: { quantile },
    expr: wholeAndParts((labels) => firstOf(histograms, (family) => quantileOf(family, labels, quantile))),
  })),
]

/** Of the whole service, which has no label `endpoint`, and of each endpoint. */
function wholeAndParts(expr: (labels: readonly string[]) => string): string {
  return `${expr([])} or ${expr(['endpoint'])}`
}

function quantileOf(family: string, labels: readonly string[], quantile: string): string {
  return `histogram_quantile(${quantile}, ${rateOf(`${family}_bucket`, [...labels, 'le'], '')}) >= 0`
}

function firstOf(families: readonly string[], expr: (family: string) => string): string {
  return families.map((family) => `(${expr(family)})`).join(' or ')
}

function errorRatio(family: string, labels: readonly string[], one: string): string {
  const all = rateOf(family, labels, ',class!=""')
  // A class that never came has no series, and counted nothing.
  return `(${rateOf(family, labels, `,class="${one}"`)} or ${all} * 0) / (${all} > 0)`
}

function rateOf(family: string, labels: readonly string[], matches: string): string {
  const told = labels.includes('endpoint') ? ',endpoint!=""' : ''
  const by = ['system', 'component', ...labels].join(', ')
  return `sum by (${by}) (rate(${family}{system!=""${told}${matches}}[1m]))`
}
