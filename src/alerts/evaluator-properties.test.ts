import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Alert } from '../core/alert.ts'
import type { AlertChange } from './alert-change.ts'
import { alertRulesOf } from './alert-rule.ts'
import { Evaluator } from './evaluator.ts'

interface Tick {
  /** Seconds that really pass. */
  readonly passS: number
  /** Seconds that the wall clock steps beside. */
  readonly stepS: number
  /** What is measured, for each of two components. */
  readonly values: readonly [number | undefined, number | undefined]
  readonly isRestart: boolean
}

const value = fc.option(fc.constantFrom(70, 77, 79, 80, 81, 95), { nil: undefined, freq: 6 })
const tick: fc.Arbitrary<Tick> = fc.record({
  passS: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 60 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 4000 }) },
  ),
  stepS: fc.oneof(
    { weight: 8, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -90_000, max: 90_000 }) },
  ),
  values: fc.tuple(value, value),
  isRestart: fc.oneof({ weight: 30, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
})
const timing = fc.record({
  forS: fc.constantFrom(0, 60, 300),
  keepS: fc.constantFrom(0, 60, 300),
  clearAt: fc.constantFrom(80, 75),
})

describe('for any sequence of points, clock steps and restarts', () => {
  it('one alert at most is open for a key, and each that fires is resolved or still open', () => {
    play(({ changes, open, after }) => {
      for (const { kind, alert } of changes) {
        const known = open.get(alert.key)
        if (kind === 'pending') assert.equal(known, undefined)
        if (kind === 'firing') assert.ok(known === undefined || (known.id === alert.id && known.state === 'pending'))
        if (kind === 'resolved') assert.ok(known?.id === alert.id && known.state === 'firing')
        if (kind === 'withdrawn') assert.ok(known?.id === alert.id && known.state === 'pending')
        if (kind === 'pending' || kind === 'firing') open.set(alert.key, alert)
        else open.delete(alert.key)
        const times = [alert.startedAt, alert.firedAt, alert.resolvedAt].flatMap((time) => time?.getTime() ?? [])
        assert.deepEqual(
          times,
          times.toSorted((a, b) => a - b),
          'an alert ends after it began',
        )
      }
      assert.deepEqual(idsOf(after), idsOf([...open.values()]))
    })
  })

  it('no alert fires before its condition was seen for `for`, and none ends before it was clear for `keep`', () => {
    play(({ changes, points, monoS, forS, keepS, clearAt }) => {
      for (const { kind, alert } of changes) {
        if (alert.rule === 'no data' || (kind !== 'firing' && kind !== 'resolved')) continue
        const all = points.get(alert.component) ?? []
        const isSo = kind === 'firing' ? (seen: number) => seen > 80 : (seen: number) => seen <= clearAt
        const run = all.slice(all.findLastIndex(({ seen }) => !isSo(seen)) + 1)
        const [first] = run
        assert.ok(first !== undefined && monoS - first.atS >= (kind === 'firing' ? forS : keepS), kind)
      }
    })
  })

  it('missing data is over only when data comes', () => {
    play(({ changes, points, monoS }) => {
      for (const { kind, alert } of changes) {
        if (alert.rule !== 'no data' || kind !== 'resolved') continue
        // A rule that never saw anything has once it saw something, whatever comes after.
        if (alert.component === '') {
          assert.ok(points.size > 0, 'nothing was ever seen')
          continue
        }
        const last = points.get(alert.component)?.at(-1) ?? assert.fail('nothing was ever seen')
        assert.ok(monoS - last.atS <= 300, 'as old as the staleness limit')
      }
    })
  })
})

interface Seen {
  readonly changes: readonly AlertChange[]
  /** By key, as it follows from the changes before. */
  readonly open: Map<string, Alert>
  readonly after: readonly Alert[]
  readonly points: ReadonlyMap<string, readonly { readonly atS: number; readonly seen: number }[]>
  readonly monoS: number
  readonly forS: number
  readonly keepS: number
  readonly clearAt: number
}

function play(look: (seen: Seen) => void): void {
  let fired = 0
  const property = fc.property(
    timing,
    fc.array(tick, { maxLength: 120, size: 'max' }),
    ({ forS, keepS, clearAt }, ticks) => {
      const text = `x > 80${clearAt < 80 ? ` clear at ${clearAt}` : ''} for ${forS}s keep ${keepS}s`
      const rules = alertRulesOf(text)
      let [monoS, wallS] = [1000, 1_700_000_000]
      const now = () => ({ monoMs: monoS * 1000, wallMs: wallS * 1000 })
      let evaluator = new Evaluator({ system: 's', rules, now: now() })
      const open = new Map<string, Alert>()
      const points = new Map<string, { atS: number; seen: number }[]>()
      for (const { passS, stepS, values, isRestart } of ticks) {
        monoS += passS
        wallS += passS + stepS
        if (isRestart) {
          const before = evaluator.open()
          evaluator = new Evaluator({ system: 's', rules, now: now() })
          assert.deepEqual(evaluator.restore(before, now()), [])
        }
        for (const [index, component] of (['a', 'b'] as const).entries()) {
          const seen = values[index]
          if (seen === undefined) continue
          points.set(component, [...(points.get(component) ?? []), { atS: monoS, seen }])
          evaluator.observe([{ name: 'x', labels: { component }, at: wallS * 1000, value: seen }], now(), 10_000)
        }
        const changes = evaluator.evaluate(now())
        fired += changes.filter(({ kind }) => kind === 'firing').length
        look({ changes, open, after: evaluator.open(), points, monoS, forS, keepS, clearAt })
      }
    },
  )
  fc.assert(property, { numRuns: 300 })
  assert.ok(fired > 100, 'the sequences make alerts fire')
}

function idsOf(alerts: readonly Alert[]): readonly string[] {
  return alerts.map(({ id }) => id).toSorted()
}
