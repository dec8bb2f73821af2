import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { thinned } from '../../../core/snapshot.ts'
import { looksSince, looksWeekBefore, neededMs } from './spans.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const now = new Date('2026-11-21T10:20:00Z')
const ago = (ms: number): Date => new Date(now.getTime() - ms)
const hoursAgo = (times: readonly Date[]): number[] => times.map((time) => (now.getTime() - time.getTime()) / hourMs)

/** What is left of a look each hour for 40 days. */
const hourly = Array.from({ length: 40 * 24 }, (_, at) => ago((at + 1) * hourMs))
const gone = new Set(thinned(hourly, now))
const kept = hourly.filter((time) => !gone.has(time))

describe('the looks that a span goes over', () => {
  const cases: readonly (readonly [string, readonly Date[], number, readonly number[]])[] = [
    ['begin at the one nearest to its beginning', [ago(30 * hourMs), ago(23 * hourMs), ago(hourMs)], dayMs, [23, 1]],
    ['are all there are when none is old enough', [ago(2 * hourMs), ago(hourMs)], 7 * dayMs, [2, 1]],
    ['begin with the last one when all are older', [ago(90 * hourMs), ago(80 * hourMs)], hourMs, [80]],
    ['do not depend on their order', [ago(hourMs), ago(23 * hourMs)], dayMs, [23, 1]],
    ['are none without any', [], dayMs, []],
    ['leave out those that a clock put back shows in the future', [ago(-hourMs)], dayMs, []],
  ]
  for (const [what, times, sinceMs, expected] of cases) {
    it(what, () => assert.deepEqual(hoursAgo(looksSince(times, now, sinceMs)), expected))
  }

  it('are no more than a picture needs, the first and the last among them', () => {
    const looks = hoursAgo(looksSince(kept, now, 30 * dayMs))
    assert.equal(looks.length, 24)
    assert.ok(Math.abs((looks[0] ?? 0) - 30 * 24) <= 24)
    assert.equal(looks.at(-1), 1)
  })
})

describe('the looks over the same span a week before', () => {
  for (const sinceMs of [hourMs, 6 * hourMs, dayMs, 2 * dayMs, 7 * dayMs]) {
    it(`are found among those that are kept, for ${sinceMs / hourMs} hours`, () => {
      const needed = kept.filter((time) => time.getTime() >= now.getTime() - neededMs(sinceMs))
      const looks = hoursAgo(looksWeekBefore(needed, now, sinceMs))
      const [first = 0, last = 0] = [looks[0], looks.at(-1)]
      assert.ok(looks.length >= 2)
      assert.ok(Math.abs(last - 7 * 24) <= 36, String(last))
      assert.ok(
        first - last >= sinceMs / hourMs / 2 && first - last <= 2 * (sinceMs / hourMs) + 36,
        String(first - last),
      )
    })
  }

  it('are none when there were none then, only one, or those much further apart', () => {
    const of = (...days: readonly number[]) =>
      looksWeekBefore(
        days.map((n) => ago(n * dayMs)),
        now,
        dayMs,
      )
    assert.deepEqual([of(1, 2, 3), of(7), of(7, 20), of(12, 13), of()], [[], [], [], [], []])
    assert.deepEqual(hoursAgo(of(1, 7, 8)), [8 * 24, 7 * 24])
  })
})
