import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, locales, messageMap } from '../core/message.ts'
import { readyAlertRules, readyRules } from './catalog.ts'
import { Evaluator } from './evaluator.ts'
import { parseRule } from './expression/parse-rule.ts'
import { printRule } from './expression/print-rule.ts'
import { alertMessages } from './messages.ts'

/** Points that make a rule fire: its series, with labels and values over a few looks of 10 s. */
interface Case {
  readonly id: string
  readonly inventory: string
  readonly series: Readonly<
    Record<string, { labels?: Record<string, string>; value: (second: number) => number | undefined }>
  >
  /** The same where the rule must stay quiet. */
  readonly quiet: number | ((second: number) => number)
  readonly says: { readonly en: RegExp; readonly fr: RegExp }
}
const flat = (value: number) => () => value
const start = Date.parse('2026-11-21T08:00:00Z')

const cases: readonly Case[] = [
  {
    id: 'host-cpu',
    inventory: 'D16',
    series: { host_cpu_ratio: { value: flat(0.81) } },
    quiet: 0.8,
    says: {
      en: /^api: processors at 81%, above 80% for 5.min$/,
      fr: /^api.: processeurs à 81.%, au-dessus de 80.% depuis 5.min$/,
    },
  },
  {
    id: 'host-cpu-warning',
    inventory: 'D12',
    series: { host_cpu_ratio: { value: flat(0.76) } },
    quiet: 0.75,
    says: { en: /76%, above 75%/, fr: /76.%/ },
  },
  {
    id: 'host-memory',
    inventory: 'D16',
    series: { host_memory_ratio: { value: flat(0.86) } },
    quiet: 0.85,
    says: { en: /memory at 86%/, fr: /mémoire à 86.%/ },
  },
  {
    id: 'host-memory-warning',
    inventory: 'D12',
    series: { host_memory_ratio: { value: flat(0.81) } },
    quiet: 0.8,
    says: { en: /memory at 81%/, fr: /mémoire à 81.%/ },
  },
  {
    id: 'host-disk',
    inventory: 'B17',
    series: { host_disk_used_ratio: { labels: { mount: '/var' }, value: flat(0.91) } },
    quiet: 0.9,
    says: { en: /^api \/var: disk 91% full/, fr: /^api \/var.: disque plein à 91.%/ },
  },
  {
    id: 'host-disk-warning',
    inventory: 'B17',
    series: { host_disk_used_ratio: { labels: { mount: '/' }, value: flat(0.85) } },
    quiet: 0.78,
    says: { en: /disk 85% full/, fr: /85.%/ },
  },
  {
    id: 'host-inodes',
    inventory: 'B17',
    series: { host_disk_inodes_ratio: { labels: { mount: '/' }, value: flat(0.95) } },
    quiet: 0.9,
    says: { en: /95% of the inodes/, fr: /95.% des inodes/ },
  },
  {
    id: 'host-disk-days',
    inventory: 'B17',
    series: { host_disk_days_until_full: { value: flat(2) }, host_disk_growth_bytes_per_day: { value: flat(1e9) } },
    quiet: 4,
    says: { en: /full in 2.d/, fr: /plein dans 2.j/ },
  },
  {
    id: 'host-disk-days-warning',
    inventory: 'B17',
    series: { host_disk_days_until_full: { value: flat(10) }, host_disk_growth_bytes_per_day: { value: flat(1e9) } },
    quiet: 15,
    says: { en: /full in 10.d/, fr: /plein dans 10.j/ },
  },
  {
    id: 'http-errors',
    inventory: 'A15',
    series: {
      http_errors_total: { labels: { class: '5xx' }, value: (second) => second * 6 },
      http_requests_total: { value: (second) => second * 100 },
    },
    quiet: (second) => second * 5,
    says: { en: /^api: 6% of the answers are server errors/, fr: /6.% des réponses/ },
  },
  {
    id: 'http-errors-warning',
    inventory: 'D16',
    series: {
      http_errors_total: { labels: { class: '5xx' }, value: (second) => second * 2 },
      http_requests_total: { value: (second) => second * 100 },
    },
    quiet: (second) => second * 1,
    says: { en: /2% of the answers/, fr: /2.% des réponses/ },
  },
  {
    id: 'http-slow',
    inventory: 'E17',
    series: { http_request_seconds: { labels: { quantile: '0.95' }, value: flat(2.5) } },
    quiet: 2,
    says: { en: /^api: one answer in twenty takes 2.5.s/, fr: /une réponse sur vingt prend 2,5.s/ },
  },
  {
    id: 'http-slow-warning',
    inventory: 'D16',
    series: { http_request_seconds: { labels: { quantile: '0.95' }, value: flat(0.6) } },
    quiet: 0.5,
    says: { en: /600.ms/, fr: /600.ms/ },
  },
  {
    id: 'http-response',
    inventory: 'E17',
    series: { http_response_seconds: { value: flat(3) } },
    quiet: 2,
    says: { en: /answers in 3.s, above 2.s/, fr: /répond en 3.s/ },
  },
  {
    id: 'http-latency',
    inventory: 'B17',
    series: { http_latency_seconds: { labels: { path: '/a', quantile: '0.5' }, value: flat(3) } },
    quiet: 2,
    says: { en: /answers in 3.s/, fr: /répond en 3.s/ },
  },
  {
    id: 'http-latency-warning',
    inventory: 'B17',
    series: { http_latency_seconds: { labels: { path: '/a', quantile: '0.5' }, value: flat(0.6) } },
    quiet: 0.5,
    says: { en: /600.ms/, fr: /600.ms/ },
  },
  {
    id: 'auth-slow',
    inventory: 'D12',
    series: { http_request_seconds: { labels: { quantile: '0.95', endpoint: '/api/auth/login' }, value: flat(0.41) } },
    quiet: 0.4,
    says: { en: /410.ms or more, above 400.ms/, fr: /410.ms ou plus/ },
  },
  {
    id: 'login-slow',
    inventory: 'D12',
    series: { http_request_seconds: { labels: { quantile: '0.95', endpoint: '/login' }, value: flat(0.41) } },
    quiet: 0.4,
    says: { en: /410.ms/, fr: /410.ms/ },
  },
  {
    id: 'refresh-slow',
    inventory: 'D12',
    series: {
      http_request_seconds: { labels: { quantile: '0.95', endpoint: '/api/auth/refresh' }, value: flat(0.26) },
    },
    quiet: 0.25,
    says: { en: /260.ms or more, above 250.ms/, fr: /260.ms/ },
  },
  {
    id: 'sse-drops',
    inventory: 'D12',
    series: { http_sse_drops: { value: flat(1) }, http_sse_up: { value: flat(1) } },
    quiet: 0,
    says: { en: /cut once while we listened/, fr: /coupé 1 fois/ },
  },
  {
    id: 'sse-gap',
    inventory: 'D12',
    series: { http_sse_gap_seconds: { value: flat(18) }, http_sse_up: { value: flat(1) } },
    quiet: 17,
    says: { en: /stalled for 18.s while we listened, above 17.s/, fr: /s'est tu 18.s pendant l'écoute/ },
  },
  {
    id: 'sse-first-event',
    inventory: 'D12',
    series: { http_sse_first_event_seconds: { value: flat(18) }, http_sse_up: { value: flat(1) } },
    quiet: 17,
    says: { en: /first event of the stream comes after 18.s, above 17.s for 5.min/, fr: /vient après 18.s/ },
  },
  {
    id: 'sse-connect',
    inventory: 'D12',
    series: { http_sse_connect_seconds: { value: flat(2.1) }, http_sse_up: { value: flat(1) } },
    quiet: 2,
    says: { en: /opens after 2.1.s, above 2.s for 5.min/, fr: /s'ouvre après 2,1.s/ },
  },
  {
    id: 'certificate-warning',
    inventory: 'issue',
    series: { certificate_days_left: { value: flat(20) } },
    quiet: 21,
    says: { en: /ends in 20.d/, fr: /expire dans 20.j/ },
  },
  {
    id: 'queue-growth',
    inventory: 'B17',
    series: { rabbitmq_queue_messages: { labels: { queue: 'jobs' }, value: (second) => 200 + second } },
    quiet: 1e6,
    says: {
      en: /^api jobs: the queue grows by 60 messages a minute, for 15.min/,
      fr: /s'allonge de 60 messages par minute/,
    },
  },
  {
    id: 'postgres-connections',
    inventory: 'D13',
    series: { postgres_connections_ratio: { value: flat(0.95) } },
    quiet: 0.9,
    says: { en: /95% of the connections/, fr: /95.% des connexions/ },
  },
  {
    id: 'postgres-connections-warning',
    inventory: 'D13',
    series: { postgres_connections_ratio: { value: flat(0.85) } },
    quiet: 0.8,
    says: { en: /85% of the connections/, fr: /85.% des connexions/ },
  },
  {
    id: 'postgres-locks',
    inventory: 'issue',
    series: { postgres_waiting_sessions: { value: flat(1) } },
    quiet: 0,
    says: { en: /1 session waits for a lock, for 5.min/, fr: /1 session attend/ },
  },
  {
    id: 'backup-age',
    inventory: 'issue',
    series: { backup_last_success_timestamp_seconds: { value: flat(start / 1000 - 27 * 3600) } },
    quiet: start / 1000,
    says: { en: /last good backup is 1.d 3.h old, above 1.d 2.h/, fr: /dernière sauvegarde réussie a 1.j 3.h/ },
  },
]

/** The titles of all that fires within two hours. */
function firing(series: Case['series'], quiet?: Case['quiet']) {
  const at = (second: number) => ({ wallMs: start + second * 1000, monoMs: second * 1000 })
  const evaluator = new Evaluator({ system: 'Shop', rules: readyAlertRules(), now: at(0) })
  const first = Object.keys(series)[0]
  for (let second = 0; second <= 7200; second += 10) {
    const points = Object.entries(series).flatMap(([name, { labels = {}, value }]) => {
      const given = name === first && quiet !== undefined ? quiet : value
      const seen = typeof given === 'number' ? given : given(second)
      const own = { name, labels: { component: 'api', ...labels }, at: at(second).wallMs }
      return seen === undefined ? [] : [{ ...own, value: seen }]
    })
    evaluator.observe(points, at(second))
    evaluator.evaluate(at(second))
  }
  return evaluator.open().filter(({ state }) => state === 'firing')
}

describe('the ready-made rules', () => {
  for (const { id, series, quiet, says } of cases) {
    it(`${id} fires for what it is about, says so in both languages, and is quiet at its limit`, () => {
      const ready = readyRules.find((one) => one.id === id) ?? assert.fail(`no rule ${id}`)
      const alert = firing(series).find(({ key }) => key.startsWith(`rule:${id}{`)) ?? assert.fail('it does not fire')
      assert.equal(alert.rule, ready.rule)
      for (const locale of locales) {
        const renderer = createRenderer(messageMap(alertMessages), createFormatter(locale))
        assert.match(renderer.render(alert.title), says[locale])
        assert.ok(alert.remedy !== undefined && !renderer.render(alert.remedy).startsWith('alerts.'))
      }
      assert.deepEqual(
        firing(series, quiet).filter(({ key }) => key.startsWith(`rule:${id}{`)),
        [],
      )
    })
  }

  it('are all tried here', () => {
    assert.deepEqual(readyRules.map(({ id }) => id).toSorted(), cases.map(({ id }) => id).toSorted())
  })

  it('are written as they are printed, each with its severity', () => {
    for (const { rule } of readyRules) {
      assert.equal(printRule(parseRule(rule)), rule)
      assert.notEqual(parseRule(rule).severity, undefined)
    }
  })

  it('that are weaker than another name one that there is, and tell nobody while it fires', () => {
    for (const { weakerThan } of readyRules) {
      assert.ok(weakerThan === undefined || readyRules.some(({ id }) => id === weakerThan), weakerThan ?? '')
    }
    const both = firing({ host_cpu_ratio: { value: flat(0.9) } })
    assert.equal(both.length, 2)
    const [strong, weak] = both
    assert.equal(weak?.silencedBy, strong?.id)
    assert.equal(strong?.silencedBy, undefined)
  })

  it('can be left out by id', () => {
    assert.ok(!readyAlertRules(['host-cpu']).some(({ id }) => id === 'host-cpu'))
    assert.equal(readyAlertRules(['host-cpu']).length, readyRules.length - 1)
  })

  it('take errors as a share of what was really asked, a program that begins anew included', () => {
    const of = (requests: (second: number) => number, errors: (second: number) => number) =>
      firing({
        http_errors_total: { labels: { class: '5xx' }, value: errors },
        http_requests_total: { value: requests },
      })
    const busyThenBad = (second: number): number => Math.min(second, 7000) * 100 + Math.max(0, second - 7000)
    const lastBad = (second: number): number => Math.max(0, second - 7000) / 2
    assert.deepEqual(of(busyThenBad, lastBad), [])
    const oneInTen = (second: number): number => Math.floor(second / 10)
    assert.deepEqual(of(oneInTen, oneInTen), [])
    const anew = (second: number): number => (second % 1800) * 100
    assert.deepEqual(of(anew, flat(0)), [])
    const clients = { http_errors_total: { labels: { class: '4xx' }, value: (second: number) => second * 50 } }
    assert.deepEqual(firing({ ...clients, http_requests_total: { value: (second) => second * 100 } }), [])
  })

  it('leave a stream that is gone to its check, drops and missing numbers included', () => {
    const gone = { http_sse_drops: { value: flat(2) }, http_sse_up: { value: flat(0) } }
    assert.deepEqual(firing(gone), [])
    const drops = (second: number): number | undefined => (second < 600 ? 0 : undefined)
    const up = (second: number): number => (second < 600 ? 1 : 0)
    assert.deepEqual(firing({ http_sse_drops: { value: drops }, http_sse_up: { value: up } }), [])
  })

  it('do not mind series that never come', () => {
    assert.deepEqual(firing({ other: { value: flat(1) } }), [])
  })
})
