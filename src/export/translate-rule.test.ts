import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { alertRulesOf } from '../alerts/alert-rule.ts'
import { readyAlertRules } from '../alerts/catalog.ts'
import type { System } from '../config/system.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { translateRule } from './translate-rule.ts'

function system(kinds: readonly string[]): System {
  const options: Readonly<Record<string, object>> = {
    http: { url: 'http://127.0.0.1:8000', metrics: '/metrics' },
    postgres: { url: 'postgres://x/y', metrics: { users_daily: { query: 'select 1' } } },
  }
  const components = kinds.map((kind) => ({
    name: `the-${kind}`,
    kind: { kind } as AnyComponentKind,
    options: options[kind] ?? {},
  }))
  return { name: 'S', components } as unknown as System
}

const whole = system(['http', 'host', 'postgres'])

function told(line: string, of = whole): readonly string[] {
  return alertRulesOf(line).map((rule) => {
    const translation = translateRule(rule, of)
    return 'expr' in translation ? translation.expr : translation.reason.code
  })
}

const table: Readonly<Record<string, string>> = {
  'host_cpu_ratio > 80% for 5m': 'host_cpu_ratio{system="S"} > 0.8',
  'http_request_seconds{quantile="0.95",endpoint="*auth*",endpoint!=""} > 400ms':
    'http_request_seconds{system="S",quantile="0.95",endpoint=~".*auth.*",endpoint!=""} > 0.4',
  'active_users{tenant="a.b*"} > 3': 'active_users{system="S",tenant=~"a\\\\.b.*"} > 3',
  'active_users{system="other"} == 3': 'active_users{system="other"} == 3',
  'avg(host_cpu_ratio, 5m) >= 80%': 'avg_over_time(host_cpu_ratio{system="S"}[5m]) >= 0.8',
  'slope(active_users, 10m) > 0': 'deriv(active_users{system="S"}[10m]) > 0',
  'increase(logins_total, 1h) < 1 min 3 samples':
    'increase(logins_total{system="S"}[1h]) < 1 and count_over_time(logins_total{system="S"}[1h]) >= 3',
  'age(last_import_timestamp_seconds) > 26h': '(time() - last_import_timestamp_seconds{system="S"}) > 93600',
  'avg(http_error_ratio{class="5xx",endpoint=""}, 5m) > 5% and avg(http_request_rate{endpoint=""}, 5m) > 0.2':
    '(avg_over_time(http_error_ratio{system="S",class="5xx",endpoint=""}[5m]) > 0.05) and on (system, component) (avg_over_time(http_request_rate{system="S",endpoint=""}[5m]) > 0.2)',
  'host_disk_days_until_full < 3d and host_disk_growth_bytes_per_day > 0':
    '(host_disk_days_until_full{system="S"} < 3) and on (system, component, mount) (host_disk_growth_bytes_per_day{system="S"} > 0)',
  'slope(jobs_waiting, 10m) > 0 or jobs_waiting > 100':
    '(deriv(jobs_waiting{system="S"}[10m]) > 0) or (jobs_waiting{system="S"} > 100)',
  'host_disk_used_ratio > 80% clear at 78% as medium':
    '(host_disk_used_ratio{system="S"} > 0.8) or (host_disk_used_ratio{system="S"} > 0.78 and ignoring (alertname, alertstate, severity) ALERTS{alertname="host_disk_used_ratio > 80% clear at 78% as medium",alertstate="firing",severity="medium"})',
  'increase(http_requests_total, 1h) < 1':
    'sum by (system, component) (increase(vigie:requests_total{system="S",class!=""}[1h])) < 1',
  'max(http_errors_total{class="5xx"}, 5m) > 1':
    'max_over_time(sum by (system, component, class) (vigie:requests_total{system="S",class=~"4xx|5xx",class="5xx"})[5m:]) > 1',
  'vigie_outbox_messages > 10': 'vigie_outbox_messages > 10',
  'http_response_seconds > 2s': 'export.made-by-vigie',
  'certificate_days_left < 7d': 'export.made-by-vigie',
  'users_daily < 1': 'export.sql-metric',
}

describe('a rule in PromQL', () => {
  for (const [line, expr] of Object.entries(table)) {
    it(`says ${line}`, () => assert.deepEqual(told(line), [expr]))
  }

  it('is told as a share of what was counted, whatever no part of it was counted yet', () => {
    assert.deepEqual(told('ratio(a_total{x="1"}, a_total, 5m, by=y) > 1%'), [
      '((sum by (system, component, y) (increase(a_total{system="S",x="1"}[5m])) or sum by (system, component, y) (increase(a_total{system="S"}[5m])) * 0) / (sum by (system, component, y) (increase(a_total{system="S"}[5m])) > 0)) > 0.01',
    ])
  })

  it('is two for a budget, with the windows and factors of each pace', () => {
    const [fast = '', slow = ''] = told('burn(slo=99.9%, bad=e_total, total=r_total)')
    assert.match(fast, /\[1h\].* \/ 0\.001 > 14\.4\) and .*\[5m\].* \/ 0\.001 > 14\.4\)$/)
    assert.match(slow, /\[6h\].* \/ 0\.001 > 6\) and .*\[30m\].* \/ 0\.001 > 6\)$/)
  })

  it('is none where nothing that Prometheus looks at gives its series', () => {
    for (const line of [
      'host_cpu_ratio > 80%',
      'http_request_rate > 1',
      'postgres_connections_ratio > 1%',
      'active_users > 3',
    ])
      assert.deepEqual(told(line, system([])), ['export.not-looked-at'], line)
  })

  it('is there, or why it is not, for every ready-made rule', () => {
    const left = readyAlertRules().filter((rule) => 'reason' in translateRule(rule, whole))
    assert.deepEqual(
      left.map(({ id }) => id),
      [
        ...['http-response', 'http-latency', 'http-latency-warning'],
        ...['sse-drops', 'sse-gap', 'sse-first-event', 'sse-connect', 'certificate-warning', 'backup-age'],
      ],
    )
  })
})
