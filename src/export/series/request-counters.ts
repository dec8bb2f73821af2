/**
 * How client libraries count requests, the best known first. Sources: prometheus_client (as in the guides),
 * starlette_exporter, prometheus-flask-exporter, django-prometheus, Micrometer, OpenTelemetry's semantic conventions,
 * prom-client and express-prom-bundle.
 */
export const requestCounters = [
  'http_requests_total',
  'starlette_requests_total',
  'flask_http_request_total',
  'django_http_responses_total_by_status_view_method_total',
  'http_server_requests_seconds_count',
  'http_server_request_duration_seconds_count',
  'http_request_duration_seconds_count',
] as const

/** The counters of one family for each service, series by series: what is summed first cannot be told from a restart. */
export const requestsName = 'vigie:requests_total'

/** As Vigie chooses: families that tell how requests ended before those that do not, so that nothing is counted twice. */
export const requestsExpr = ['class!="",system!=""', 'system!=""']
  .flatMap((matches) => requestCounters.map((family) => `${family}{${matches}}`))
  .join(' or on (system, component) ')

/** What Vigie counts itself, as a part of those counters; their names stand for others in Prometheus. */
export const countedByVigie: Readonly<Record<string, { readonly match: string; readonly labels: readonly string[] }>> =
  {
    http_requests_total: { match: 'class!=""', labels: [] },
    http_errors_total: { match: 'class=~"4xx|5xx"', labels: ['class'] },
  }
