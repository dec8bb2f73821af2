import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { CollectedPoint } from '../../core/collector.ts'
import { createTextParser } from '../exposition/text-parser.ts'
import { counterIncrease } from './counter-increase.ts'
import { keptPoints } from './kept-points.ts'
import { authNameOutcome, durationScale, isAuthCounter, isRequestCounter } from './known-names.ts'
import { gatherScrape, type Scrape } from './scrape.ts'
import { servicePoints } from './service-points.ts'

function scrapeOf(text: string, options: { maxSeries?: number; keeps?: (name: string) => boolean } = {}): Scrape {
  const gathering = gatherScrape({ maxSeries: 10_000, keeps: () => false, ...options })
  const parser = createTextParser('text', gathering)
  parser.push(Buffer.from(text))
  parser.end()
  return gathering.scrape()
}
const shown = (points: readonly CollectedPoint[]): Record<string, number> =>
  Object.fromEntries(
    points.map(({ name, labels = {}, value }) => {
      const told = Object.entries(labels).map(([key, label]) => `${key}=${label}`)
      return [[name, ...told.toSorted()].join(' '), Number(value.toFixed(6))]
    }),
  )
const between = (before: string, now: string, seconds = 10, top = 20): Record<string, number> =>
  shown(
    servicePoints(
      { scrape: scrapeOf(before), atMs: 5000 },
      { scrape: scrapeOf(now), atMs: 5000 + seconds * 1000 },
      top,
    ),
  )

const promClient = (
  ok: number,
  missing: number,
  broken: number,
  slow: number,
): string => `# TYPE http_requests_total counter
http_requests_total{method="GET",route="/users/:id",status_code="200"} ${ok}
http_requests_total{method="GET",route="/users/:id",status_code="404"} ${missing}
http_requests_total{method="POST",route="/orders",status_code="503"} ${broken}
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{le="0.1",method="GET",route="/users/:id"} ${ok}
http_request_duration_seconds_bucket{le="0.5",method="GET",route="/users/:id"} ${ok + missing}
http_request_duration_seconds_bucket{le="+Inf",method="GET",route="/users/:id"} ${ok + missing}
http_request_duration_seconds_bucket{le="0.1",method="POST",route="/orders"} 0
http_request_duration_seconds_bucket{le="0.5",method="POST",route="/orders"} ${slow}
http_request_duration_seconds_bucket{le="+Inf",method="POST",route="/orders"} ${broken}
`

describe('what a service did between two looks', () => {
  test('is its rate, errors and quantiles, of all and of each endpoint (prom-client)', () => {
    assert.deepEqual(between(promClient(1000, 10, 5, 5), promClient(1080, 20, 15, 15)), {
      http_request_rate: 10,
      'http_error_ratio class=4xx': 0.1,
      'http_error_ratio class=5xx': 0.1,
      'http_request_rate endpoint=/users/:id': 9,
      'http_error_ratio class=4xx endpoint=/users/:id': 0.111111,
      'http_error_ratio class=5xx endpoint=/users/:id': 0,
      'http_request_rate endpoint=/orders': 1,
      'http_error_ratio class=4xx endpoint=/orders': 0,
      'http_error_ratio class=5xx endpoint=/orders': 1,
      'http_request_seconds quantile=0.5': 0.0625,
      'http_request_seconds quantile=0.95': 0.4,
      'http_request_seconds quantile=0.99': 0.48,
      'http_request_seconds endpoint=/users/:id quantile=0.5': 0.05625,
      'http_request_seconds endpoint=/users/:id quantile=0.95': 0.32,
      'http_request_seconds endpoint=/users/:id quantile=0.99': 0.464,
      'http_request_seconds endpoint=/orders quantile=0.5': 0.3,
      'http_request_seconds endpoint=/orders quantile=0.95': 0.48,
      'http_request_seconds endpoint=/orders quantile=0.99': 0.496,
    })
  })

  test('is a rate of 0 and no ratio when no request came', () => {
    const quiet = between(promClient(5, 1, 1, 1), promClient(5, 1, 1, 1))
    assert.deepEqual(quiet, {
      http_request_rate: 0,
      'http_request_rate endpoint=/users/:id': 0,
      'http_request_rate endpoint=/orders': 0,
    })
  })

  test('counts all that a program shows which began anew meanwhile', () => {
    assert.equal(between(promClient(1000, 0, 0, 0), promClient(30, 0, 0, 0))['http_request_rate'], 3)
  })

  test('is found in the grouped status and handlers of prometheus-fastapi-instrumentator', () => {
    const fastapi = (good: number, bad: number): string => `# TYPE http_requests_total counter
http_requests_total{handler="/login",method="POST",status="2xx"} ${good}
http_requests_total{handler="/login",method="POST",status="5xx"} ${bad}
# TYPE http_requests_created gauge
http_requests_created{handler="/login",method="POST",status="2xx"} 1.7e9
# TYPE http_request_duration_highr_seconds histogram
http_request_duration_highr_seconds_bucket{le="0.01"} ${good}
http_request_duration_highr_seconds_bucket{le="+Inf"} ${good + bad}
# TYPE http_request_duration_seconds histogram
http_request_duration_seconds_bucket{handler="/login",le="0.1",method="POST"} ${good}
http_request_duration_seconds_bucket{handler="/login",le="1.0",method="POST"} ${good + bad}
http_request_duration_seconds_bucket{handler="/login",le="+Inf",method="POST"} ${good + bad}
`
    const points = between(fastapi(10, 0), fastapi(15, 5))
    assert.equal(points['http_request_rate endpoint=/login'], 1)
    assert.equal(points['http_error_ratio class=5xx endpoint=/login'], 0.5)
    assert.equal(points['http_request_seconds endpoint=/login quantile=0.95'], 0.91)
  })

  test('is found in the views of django-prometheus', () => {
    const django = (good: number, bad: number): string => `# TYPE django_http_requests_total_by_method_total counter
django_http_requests_total_by_method_total{method="GET"} ${good + bad}
# TYPE django_http_responses_total_by_status_total counter
django_http_responses_total_by_status_total{status="200"} ${good}
django_http_responses_total_by_status_total{status="500"} ${bad}
# TYPE django_http_responses_total_by_status_view_method_total counter
django_http_responses_total_by_status_view_method_total{method="GET",status="200",view="orders"} ${good}
django_http_responses_total_by_status_view_method_total{method="GET",status="500",view="orders"} ${bad}
# TYPE django_http_requests_latency_including_middlewares_seconds histogram
django_http_requests_latency_including_middlewares_seconds_bucket{le="+Inf"} ${good + bad}
# TYPE django_http_requests_latency_seconds_by_view_method histogram
django_http_requests_latency_seconds_by_view_method_bucket{le="0.1",method="GET",view="orders"} ${good}
django_http_requests_latency_seconds_by_view_method_bucket{le="1.0",method="GET",view="orders"} ${good + bad}
django_http_requests_latency_seconds_by_view_method_bucket{le="+Inf",method="GET",view="orders"} ${good + bad}
`
    const points = between(django(0, 0), django(9, 1))
    assert.equal(points['http_request_rate'], 1)
    assert.equal(points['http_error_ratio class=5xx endpoint=orders'], 0.1)
    assert.equal(points['http_request_seconds endpoint=orders quantile=0.95'], 0.55)
  })

  test('is counted by a histogram when there is no counter (Micrometer, milliseconds)', () => {
    const micrometer = (count: number): string => `# TYPE http_server_requests_seconds histogram
http_server_requests_seconds_bucket{status="200",uri="/a",le="0.5"} ${count}
http_server_requests_seconds_bucket{status="200",uri="/a",le="+Inf"} ${count}
`
    const points = between(micrometer(0), micrometer(20))
    assert.equal(points['http_request_rate endpoint=/a'], 2)
    assert.equal(points['http_request_seconds endpoint=/a quantile=0.5'], 0.25)
    const old = (count: number): string => `# TYPE http_request_duration_ms histogram
http_request_duration_ms_bucket{path="/a",code="200",le="500"} ${count}
http_request_duration_ms_bucket{path="/a",code="200",le="+Inf"} ${count}
`
    assert.equal(between(old(0), old(20))['http_request_seconds endpoint=/a quantile=0.5'], 0.25)
  })

  test('tells the busiest endpoints apart and puts the others together', () => {
    const many = (factor: number): string =>
      `# TYPE http_requests_total counter\n${[40, 30, 20, 10].map((count, index) => `http_requests_total{path="/${index}",code="200"} ${count * factor}\n`).join('')}`
    const points = between(many(1), many(2), 10, 2)
    const rates = Object.entries(points).filter(([name]) => name.startsWith('http_request_rate endpoint'))
    assert.deepEqual(Object.fromEntries(rates), {
      'http_request_rate endpoint=/0': 4,
      'http_request_rate endpoint=/1': 3,
      'http_request_rate endpoint=other': 3,
    })
  })

  test('has authentications when the program counts them', () => {
    const labelled = (good: number, bad: number): string =>
      `# TYPE auth_logins_total counter\nauth_logins_total{result="success"} ${good}\nauth_logins_total{result="failed"} ${bad}\n`
    assert.deepEqual(between(labelled(0, 0), labelled(30, 10)), {
      auth_attempt_rate: 4,
      auth_success_rate: 3,
      auth_failure_rate: 1,
      auth_failure_ratio: 0.25,
    })
    const named = (attempts: number, failures: number): string =>
      `# TYPE auth_attempts_total counter\nauth_attempts_total ${attempts}\n# TYPE auth_failures_total counter\nauth_failures_total ${failures}\n`
    assert.deepEqual(between(named(0, 0), named(40, 10)), between(labelled(0, 0), labelled(30, 10)))
    const onlyFailures = (count: number): string =>
      `# TYPE login_failures_total counter\nlogin_failures_total ${count}\n`
    assert.deepEqual(between(onlyFailures(0), onlyFailures(10)), { auth_failure_rate: 1 })
  })

  test('never is negative, not a number or above its whole, whatever was counted', () => {
    const anyCounts = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000), fc.nat(1000))
    fc.assert(
      fc.property(anyCounts, anyCounts, (before, now) => {
        for (const [name, value] of Object.entries(between(promClient(...before), promClient(...now)))) {
          assert.ok(value >= 0 && Number.isFinite(value), `${name} ${value}`)
          if (name.startsWith('http_error_ratio')) assert.ok(value <= 1)
        }
      }),
    )
  })
})

describe('a label explosion', () => {
  test('is bounded and counted, and what was there before it keeps its place', () => {
    const paths = Array.from({ length: 3000 }, (_, index) => `http_requests_total{path="/u/${index}",code="200"} 1\n`)
    const scrape = scrapeOf(`# TYPE http_requests_total counter\n${paths.join('')}`, { maxSeries: 500 })
    assert.equal(scrape.dropped, 2500)
    assert.equal(scrape.counters.get('http_requests_total')?.size, 500)
    const long = scrapeOf(`# TYPE http_requests_total counter\nhttp_requests_total{path="${'x'.repeat(5000)}"} 1\n`)
    assert.deepEqual([long.dropped, long.counters.size], [1, 0])
  })
})

describe('what a team asked to keep', () => {
  test('are gauges as they are, counters per second and the quantiles of histograms', () => {
    const keeps = (name: string): boolean => name.startsWith('job')
    const text = (count: number): string => `# TYPE jobs_waiting gauge
jobs_waiting{queue="mail"} 7
jobs_waiting{queue="none"} NaN
# TYPE jobs_done_total counter
jobs_done_total{queue="mail"} ${count}
# TYPE job_seconds histogram
job_seconds_bucket{le="2",queue="a"} ${count}
job_seconds_bucket{le="+Inf",queue="a"} ${count}
# TYPE other gauge
other 1
`
    const look = (count: number, atMs: number) => ({ scrape: scrapeOf(text(count), { keeps }), atMs })
    assert.deepEqual(shown(keptPoints(undefined, look(5, 0), keeps)), { 'jobs_waiting queue=mail': 7 })
    assert.deepEqual(shown(keptPoints(look(5, 0), look(25, 10_000), keeps)), {
      'jobs_waiting queue=mail': 7,
      'jobs_done_rate queue=mail': 2,
      'job_seconds quantile=0.5': 1,
      'job_seconds quantile=0.95': 1.9,
      'job_seconds quantile=0.99': 1.98,
    })
  })
})

describe('the names of metrics', () => {
  const names: readonly (readonly [name: string, is: 'counter' | 'duration' | 'auth' | 'none'])[] = [
    ['http_requests_total', 'counter'],
    ['http_request_total', 'counter'],
    ['flask_http_request_total', 'counter'],
    ['starlette_requests_total', 'counter'],
    ['http_server_requests_total', 'counter'],
    ['django_http_responses_total_by_status_view_method_total', 'counter'],
    ['http_client_requests_total', 'none'],
    ['django_http_exceptions_total_by_type_total', 'none'],
    ['node_network_receive_bytes_total', 'none'],
    ['http_request_duration_seconds', 'duration'],
    ['http_server_request_duration_seconds', 'duration'],
    ['http_client_request_duration_seconds', 'none'],
    ['starlette_requests_processing_time_seconds', 'duration'],
    ['django_http_requests_latency_seconds_by_view_method', 'duration'],
    ['http_request_size_bytes', 'none'],
    ['http_requests_created', 'none'],
    ['auth_requests_total', 'auth'],
    ['user_logins_total', 'auth'],
    ['authors_total', 'none'],
  ]
  for (const [name, is] of names) {
    test(`${name} is ${is}`, () => {
      const found = isRequestCounter(name) ? 'counter' : isAuthCounter(name) ? 'auth' : 'none'
      assert.equal(durationScale(name) === undefined ? found : 'duration', is)
    })
  }
  test('of authentications tell how they ended', () => {
    assert.equal(authNameOutcome('auth_login_failures_total'), 'failure')
    assert.equal(authNameOutcome('auth_success_total'), 'success')
    assert.equal(authNameOutcome('auth_requests_total'), 'attempt')
  })
})

test('a counter grows by the difference, and by all that it shows after it began anew', () => {
  const cases = [
    [5, 8, 3],
    [5, 5, 0],
    [5, 2, 2],
    [undefined, 4, 4],
    [5, Number.NaN, 0],
    [Number.NaN, 4, 4],
  ] as const
  for (const [before, now, expected] of cases) assert.equal(counterIncrease(before, now), expected)
})
