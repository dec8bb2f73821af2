import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { seriesKey } from '../../src/core/series.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { type OwnClock, ownClock } from '../support/own-clock.ts'
import { type OwnDaemon, startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

interface Request {
  readonly method: string
  readonly endpoint: string
  readonly status: number
  readonly seconds: number
}

/** From one look of the collector to the next, and from one writing of points to the next. */
const [lookMs, writeMs] = [15_000, 5000] as const
const bounds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const login = '/api/auth/login'

/** A spread of durations between two bounds, the same each time. */
function spread(count: number, from: number, to: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => from * (to / from) ** (((index * 37) % 101) / 100))
}

const times = (count: number, of: Request): readonly Request[] => Array.from({ length: count }, () => of)

/** What was asked between two looks: a page with exact times, one of two methods, sign-ins, and a report that is slow. */
function traffic(share: number): readonly Request[] {
  const page = { method: 'GET', endpoint: '/exact', status: 200 }
  return [
    ...times(50 * share, { ...page, seconds: 0.03 }),
    ...times(45 * share, { ...page, seconds: 0.2 }),
    ...times(5 * share, { ...page, seconds: 0.7 }),
    ...spread(80 * share, 0.008, 0.3).map((seconds) => ({ method: 'GET', endpoint: '/quotes', status: 200, seconds })),
    ...spread(15 * share, 0.02, 0.9).map((seconds) => ({ method: 'POST', endpoint: '/quotes', status: 201, seconds })),
    ...times(3 * share, { method: 'POST', endpoint: '/quotes', status: 422, seconds: 0.004 }),
    ...times(2 * share, { method: 'POST', endpoint: '/quotes', status: 503, seconds: 1.7 }),
    ...spread(24 * share, 0.06, 0.4).map((seconds) => ({ method: 'POST', endpoint: login, status: 200, seconds })),
    ...spread(6 * share, 0.03, 0.2).map((seconds) => ({ method: 'POST', endpoint: login, status: 401, seconds })),
    // Slower than the last bound: what is told of it is that bound.
    ...times(4 * share, { method: 'GET', endpoint: '/report', status: 200, seconds: 4 }),
  ]
}

/** What a program with Prometheus' client library exposes once it has answered these. */
function exposed(answered: readonly Request[]): string {
  const count = (requests: readonly Request[], label: (one: Request) => string): [string, Request[]][] => [
    ...Map.groupBy(requests, label),
  ]
  const requests = count(answered, (one) => `method="${one.method}",endpoint="${one.endpoint}",status="${one.status}"`)
  const durations = count(answered, ({ method, endpoint }) => `method="${method}",endpoint="${endpoint}"`)
  const signIns = answered.filter(({ endpoint }) => endpoint === login)
  const good = signIns.filter(({ status }) => status === 200).length
  return [
    ...[
      '# TYPE http_requests_total counter',
      ...requests.map(([at, all]) => `http_requests_total{${at}} ${all.length}`),
    ],
    '# TYPE http_request_duration_seconds histogram',
    ...durations.flatMap(([at, all]) => [
      ...[...bounds.map(String), '+Inf'].map((le) => {
        const within = all.filter(({ seconds }) => seconds <= (le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le)))
        return `http_request_duration_seconds_bucket{${at},le="${le}"} ${within.length}`
      }),
      `http_request_duration_seconds_sum{${at}} ${all.reduce((sum, { seconds }) => sum + seconds, 0)}`,
      `http_request_duration_seconds_count{${at}} ${all.length}`,
    ]),
    ...['# TYPE auth_attempts_total counter', `auth_attempts_total ${signIns.length}`],
    ...['# TYPE auth_successes_total counter', `auth_successes_total ${good}`],
    ...['# TYPE auth_failures_total counter', `auth_failures_total ${signIns.length - good}`, ''],
  ].join('\n')
}

/** The value that a share of all is at or below, as a histogram can tell it: by counting, request by request. */
function quantileOf(share: number, requests: readonly Request[]): number {
  const sorted = requests.map(({ seconds }) => seconds).toSorted((a, b) => a - b)
  const rank = share * sorted.length
  const exact = sorted[Math.ceil(rank) - 1] ?? 0
  const upper = bounds.find((bound) => exact <= bound)
  const last = bounds.at(-1) ?? 0
  if (upper === undefined) return last
  const lower = bounds[bounds.indexOf(upper) - 1] ?? 0
  const below = sorted.filter((seconds) => seconds <= lower).length
  const inside = sorted.filter((seconds) => seconds > lower && seconds <= upper).length
  return lower + ((upper - lower) * (rank - below)) / inside
}

/** Every number of an interval, straight from its requests. */
function expected(asked: readonly Request[]): ReadonlyMap<string, number> {
  const seconds = lookMs / 1000
  const all = new Map<string, number>()
  const set = (name: string, labels: object, value: number): void =>
    void all.set(seriesKey(name, { component: 'api', ...labels }), value)
  const tell = (requests: readonly Request[], labels: object): void => {
    set('http_request_rate', labels, requests.length / seconds)
    if (requests.length === 0) return
    for (const kind of [4, 5]) {
      const bad = requests.filter(({ status }) => Math.floor(status / 100) === kind)
      set('http_error_ratio', { class: `${kind}xx`, ...labels }, bad.length / requests.length)
    }
    for (const share of [0.5, 0.95, 0.99])
      set('http_request_seconds', { quantile: String(share), ...labels }, quantileOf(share, requests))
  }
  tell(asked, {})
  for (const endpoint of ['/exact', '/quotes', login, '/report'])
    tell(
      asked.filter((one) => one.endpoint === endpoint),
      { endpoint },
    )
  const signIns = asked.filter(({ endpoint }) => endpoint === login)
  const good = signIns.filter(({ status }) => status === 200).length
  set('auth_attempt_rate', {}, signIns.length / seconds)
  set('auth_success_rate', {}, good / seconds)
  set('auth_failure_rate', {}, (signIns.length - good) / seconds)
  if (signIns.length > 0) set('auth_failure_ratio', {}, (signIns.length - good) / signIns.length)
  return all
}

const families = [
  ...['http_request_rate', 'http_error_ratio', 'http_request_seconds'],
  ...['auth_attempt_rate', 'auth_success_rate', 'auth_failure_rate', 'auth_failure_ratio'],
]

describe('[C07] the numbers of a service, from its own histogram and counters over several looks', () => {
  let app: HttpReceiver
  let system: ScratchSystem
  let daemon: OwnDaemon
  let clock: OwnClock
  let answered: readonly Request[] = traffic(5)
  before(async () => {
    app = await startHttpReceiver()
    system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: { api: http({ url: '${app.url}', metrics: '/metrics', checks: { status: false, latency: false } }) },
})
`)
    clock = ownClock(new Date('2026-11-21T10:00:00Z'))
    daemon = await startOwnDaemon(system, clock)
    await look()
  })
  after(async () => {
    await daemon.stop()
    await app[Symbol.asyncDispose]()
    system.remove()
  })

  /** One look at what the program exposes now. */
  async function look(): Promise<void> {
    app.answer({ status: 200, headers: { 'content-type': 'text/plain; version=0.0.4' }, body: exposed(answered) })
    await passOneLook()
  }
  /** It falls into the first ten seconds, so that what it saw is written down at the end. */
  async function passOneLook(): Promise<void> {
    await daemon.pass(lookMs, writeMs)
  }
  /** What was kept of the look just now, by series. */
  async function kept(names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const now = clock.now().getTime()
    const all = new Map<string, number>()
    const at = new Set<number>()
    for (const name of names) {
      for (const { id, labels } of await daemon.store.series.find('Shop', name)) {
        for (const point of await daemon.store.series.points(id, now - lookMs + 1, now)) {
          all.set(seriesKey(name, labels), point.value)
          at.add(point.at)
        }
      }
    }
    assert.equal(at.size, 1, `${at.size} looks; ${daemon.told.join('; ')}`)
    return all
  }
  async function assertKept(asked: readonly Request[]): Promise<ReadonlyMap<string, number>> {
    const [seen, wanted] = [await kept(families), expected(asked)]
    assert.deepEqual([...seen.keys()].toSorted(), [...wanted.keys()].toSorted())
    for (const [key, value] of wanted) {
      const got = seen.get(key) ?? Number.NaN
      assert.ok(Math.abs(got - value) <= 1e-9 * Math.max(1, value), `${key}: ${got}, and not ${value}`)
    }
    return seen
  }

  it('are p50, p95 and p99, 4xx and 5xx, and requests per second of each endpoint; and of sign-ins', async () => {
    const asked = traffic(1)
    answered = [...answered, ...asked]
    await look()
    const seen = await assertKept(asked)
    // By hand: 100 requests, of which 50 up to 0.05 s, 45 from 0.1 to 0.25 s, 5 from 0.5 to 1 s.
    const exact = (quantile: string) =>
      seen.get(seriesKey('http_request_seconds', { component: 'api', endpoint: '/exact', quantile }))?.toFixed(9)
    assert.deepEqual(['0.5', '0.95', '0.99'].map(exact), ['0.050000000', '0.250000000', '0.900000000'])
    const of = (name: string, labels: object) => seen.get(seriesKey(name, { component: 'api', ...labels }))
    assert.equal(of('http_error_ratio', { class: '4xx', endpoint: '/quotes' }), 0.03)
    assert.equal(of('http_error_ratio', { class: '5xx', endpoint: '/quotes' }), 0.02)
    assert.equal(of('http_request_rate', { endpoint: login }), 2)
    assert.deepEqual([of('auth_attempt_rate', {}), of('auth_failure_ratio', {})], [2, 0.2])
  })

  it('are told of all requests by merging buckets: a mean of the percentiles of endpoints would be another number', async () => {
    const asked = traffic(2)
    answered = [...answered, ...asked]
    await look()
    const seen = await assertKept(asked)
    const p95 = (labels: object): number =>
      seen.get(seriesKey('http_request_seconds', { component: 'api', quantile: '0.95', ...labels })) ?? Number.NaN
    const endpoints = ['/exact', '/quotes', login, '/report'].map((endpoint) => p95({ endpoint }))
    const mean = endpoints.reduce((sum, value) => sum + value, 0) / endpoints.length
    assert.ok(Math.abs(p95({}) - mean) > 0.1)
  })

  it('count what came since, and nothing below zero, when the program began anew', async () => {
    const asked = traffic(1)
    answered = asked
    await look()
    await assertKept(asked)
    const more = traffic(3)
    answered = [...answered, ...more]
    await look()
    await assertKept(more)
  })

  it('are a rate of zero and no ratio or percentile when nobody asked', async () => {
    await look()
    await assertKept([])
  })

  it('add up, over the time that a look which failed leaves open', async () => {
    app.answer({ status: 503 })
    await passOneLook()
    const asked = traffic(2)
    answered = [...answered, ...asked]
    await look()
    const seen = await kept(['http_request_rate', 'http_requests_total', 'http_errors_total'])
    const of = (name: string, labels: object = {}) => seen.get(seriesKey(name, { component: 'api', ...labels }))
    assert.equal(of('http_request_rate'), asked.length / (2 * (lookMs / 1000)))
    // All since the first look: 1, 2, 1, 3 and 2 times the traffic.
    const all = traffic(9)
    assert.equal(of('http_requests_total'), all.length)
    assert.equal(
      of('http_errors_total', { class: '4xx' }),
      all.filter(({ status }) => Math.floor(status / 100) === 4).length,
    )
    assert.equal(of('http_errors_total', { class: '5xx' }), all.filter(({ status }) => status >= 500).length)
  })
})
