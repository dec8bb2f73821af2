import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Point } from '../core/series.ts'
import { alertRulesOf, historyNeededMs } from './alert-rule.ts'
import { readyAlertRules } from './catalog.ts'
import { type ReplayOptions, replay } from './replay.ts'

const start = Date.parse('2026-11-20T00:00:00Z')
const minute = 60_000
const hour = 60 * minute
const labels = { component: 'host' }

/** A day of points, one each quarter of a minute. */
function* day(value: (ms: number) => number | undefined): Iterable<Point> {
  for (let ms = 0; ms < 24 * hour; ms += 15_000) {
    const seen = value(ms)
    if (seen !== undefined) yield { name: 'host_cpu_ratio', labels, at: start + ms, value: seen }
  }
}
const played = (points: Iterable<Point>, more: Partial<ReplayOptions> = {}) =>
  replay({
    rules: alertRulesOf('host_cpu_ratio > 80% for 5m'),
    points,
    fromMs: start,
    untilMs: start + 24 * hour,
    ...more,
  })

describe('a replay of a recorded day', () => {
  it('says when the rule would have fired, and for how long', () => {
    const isBusy = (ms: number): boolean =>
      (ms >= 9 * hour && ms < 10 * hour) || (ms >= 14 * hour && ms < 14 * hour + 4 * minute)
    const episodes = played(day((ms) => (isBusy(ms) ? 0.9 : 0.3)))
    assert.deepEqual(
      episodes.map(({ startedAt, firedAt, resolvedAt, durationMs, value }) => ({
        startedAt,
        firedAt,
        resolvedAt,
        durationMs,
        value,
      })),
      [
        {
          startedAt: start + 9 * hour,
          firedAt: start + 9 * hour + 5 * minute,
          resolvedAt: start + 10 * hour + 5 * minute,
          durationMs: hour,
          value: 0.9,
        },
      ],
    )
  })

  it('says what still fires at the end, and that data was missing', () => {
    const episodes = played(day((ms) => (ms < 20 * hour ? 0.9 : undefined)))
    assert.deepEqual(
      episodes.map(({ isNoData, resolvedAt }) => [isNoData, resolvedAt]),
      [
        [false, undefined],
        [true, undefined],
      ],
    )
  })

  it('shows the two rules of one cause, the weaker one as covered', () => {
    const isBusy = (ms: number): boolean => ms >= 9 * hour && ms < 10 * hour
    const episodes = played(
      day((ms) => (isBusy(ms) ? 0.9 : 0.3)),
      { rules: readyAlertRules() },
    )
    assert.deepEqual(
      episodes.map(({ severity, isCovered }) => [severity, isCovered]),
      [
        ['high', false],
        ['medium', true],
      ],
    )
  })

  it('uses what was before for its windows, and tells only what is after', () => {
    const rules = alertRulesOf('avg(host_cpu_ratio, 1h) > 80% for 10m')
    assert.equal(Math.max(...rules.map(historyNeededMs)), hour + 10 * minute)
    const points = [...day((ms) => (ms < 2 * hour ? 0.9 : 0.1))]
    assert.equal(played(points, { rules, fromMs: start + 12 * hour }).length, 0)
    assert.equal(played(points, { rules, fromMs: start + 2 * hour }).length, 1)
  })

  it('of nothing says that nothing was there, and nothing else', () => {
    assert.deepEqual(
      played([]).map(({ isNoData }) => isNoData),
      [true],
    )
  })

  it('ends at its end, whatever the step', () => {
    assert.equal(
      played(
        day(() => 0.9),
        { stepMs: 7 * hour },
      ).length,
      1,
    )
    assert.deepEqual(played([], { untilMs: start - 1 }), [])
  })
})
