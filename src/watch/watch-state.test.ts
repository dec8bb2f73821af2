import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildSystem } from '../config/build-system.ts'
import { httpComponent } from '../integrations/http/component.ts'
import type { LastLookRow, WatchBeat } from '../store/last-look-store.ts'
import { newAlert } from './new-alert.ts'
import { overallState, silentAfterMs, watchState } from './watch-state.ts'

const now = new Date('2026-11-21T10:00:00Z')
const ago = (ms: number): Date => new Date(now.getTime() - ms)
const minute = 60_000
const checks = { status: { every: '1m' }, latency: { every: '5m' } }
const built = buildSystem(
  { name: 'S', components: { api: { kind: 'http', url: 'http://127.0.0.1', checks } } },
  '/app/vigie.config.ts',
  [httpComponent],
)
const system = 'system' in built ? built.system : assert.fail()
const beat = (ms: number, more: Partial<WatchBeat> = {}): WatchBeat => ({
  ...{ at: ago(ms), startedAt: ago(3_600_000), stoppedAt: undefined, host: 'h', pid: 1 },
  ...more,
})
const look = (name: string, status: string, ms: number): LastLookRow => ({
  ...{ step: `api/${name}`, status, reason: undefined, at: ago(ms) },
})
const alert = (severity: 'medium' | 'high', component = 'api') =>
  newAlert(
    {
      id: 'a1',
      system: 'S',
      key: 'k',
      source: 'rule',
      rule: 'r',
      severity,
      component,
      title: { code: 'x', params: {} },
    },
    now,
  )

describe('what is known of a watch', () => {
  const fresh = [look('status', 'pass', 30_000), look('latency', 'pass', 4 * minute)]
  const rows: readonly (readonly [string, WatchBeat | undefined, readonly LastLookRow[], string, string])[] = [
    ['nobody ever watched', undefined, [], 'never', 'unknown'],
    ['it watches, and all looks are fresh and good', beat(10_000), fresh, 'watching', 'well'],
    ['it was told to end', beat(10_000, { stoppedAt: ago(10_000) }), fresh, 'stopped', 'unknown'],
    ['its last sign of life is just recent enough', beat(silentAfterMs), fresh, 'watching', 'well'],
    ['it gives no sign of life', beat(silentAfterMs + 1), fresh, 'silent', 'unknown'],
    ['its last sign of life is from the future', beat(-silentAfterMs - 1), fresh, 'silent', 'unknown'],
    ['a look is missing', beat(0), fresh.slice(0, 1), 'watching', 'unknown'],
    [
      'a look is older than its rhythm allows',
      beat(0),
      [look('status', 'pass', 2 * minute + 1), ...fresh.slice(1)],
      'watching',
      'unknown',
    ],
    [
      'a look is as old as its rhythm allows',
      beat(0),
      [look('status', 'pass', 2 * minute), ...fresh.slice(1)],
      'watching',
      'well',
    ],
    ['a look could not tell', beat(0), [look('status', 'error', 0), ...fresh.slice(1)], 'watching', 'unknown'],
    ['a look warns', beat(0), [look('status', 'warn', 0), ...fresh.slice(1)], 'watching', 'warns'],
    ['a look fails, whatever the others', beat(0), [look('status', 'fail', 0)], 'watching', 'fails'],
    ['a failure is old', beat(0), [look('status', 'fail', 10 * minute), ...fresh.slice(1)], 'watching', 'unknown'],
    [
      'nothing was to be looked at',
      beat(0),
      [look('status', 'skipped', 0), look('latency', 'skipped', 0)],
      'watching',
      'unknown',
    ],
  ]
  for (const [what, last, looks, state, component] of rows) {
    it(`when ${what}, is "${state}", and its component "${component}"`, () => {
      const seen = watchState(system, last, looks, [], now)
      assert.deepEqual([seen.state, seen.components.map((one) => one.state)], [state, [component]])
      assert.equal(
        overallState('healthy', seen) === 'healthy',
        component === 'well' || state === 'never' || state === 'stopped',
      )
    })
  }

  it('tells how old its looks are and which alerts fire; looks at what left the config are not told', () => {
    const gone = { ...look('gone', 'fail', 0), step: 'db/gone' }
    const seen = watchState(system, beat(0), [...fresh, gone], [alert('high'), alert('medium', 'db')], now)
    assert.deepEqual(seen.components, [
      { name: 'api', state: 'well', checks: 2, oldestAt: ago(4 * minute), newestAt: ago(30_000), alerts: 1 },
    ])
    assert.deepEqual([seen.alerts.length, seen.looks.length], [2, 2])
  })

  it('makes a system no better than its alerts and its looks', () => {
    const of = (looks: readonly LastLookRow[], ...alerts: ReturnType<typeof alert>[]) =>
      watchState(system, beat(0), looks, alerts, now)
    assert.equal(overallState('healthy', of(fresh, alert('medium'))), 'degraded')
    assert.equal(overallState('healthy', of(fresh, alert('high'))), 'down')
    assert.equal(overallState('unknown', of([look('status', 'fail', 0)])), 'down')
    assert.equal(overallState('down', of(fresh)), 'down')
    assert.equal(overallState('unknown', of(fresh)), 'unknown')
    assert.equal(overallState('healthy', of([look('status', 'warn', 0), ...fresh.slice(1)])), 'degraded')
  })
})
