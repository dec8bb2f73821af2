import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { thinned } from './snapshot.ts'

const hourMs = 3_600_000
const now = new Date('2026-03-31T12:30:00Z')
const ago = (hours: number): Date => new Date(now.getTime() - hours * hourMs)
const kept = (times: readonly Date[], at = now): readonly Date[] => {
  const gone = new Set(thinned(times, at))
  return times.filter((time) => !gone.has(time))
}

describe('snapshots are thinned out', () => {
  test('to the first of an hour, after two days to the first of a day, and after 40 days to none', () => {
    assert.deepEqual(kept([ago(1.4), ago(1.3), ago(0.4), ago(0.3), ago(0)]), [ago(1.4), ago(0.4), ago(0)])
    assert.deepEqual(kept([ago(60), ago(59), ago(58), ago(0)]), [ago(60), ago(0)])
    assert.deepEqual(kept([ago(41 * 24), ago(0)]), [ago(0)])
  })

  test('but the newest stays, however old it is', () => {
    assert.deepEqual(kept([ago(3000)]), [ago(3000)])
  })

  test('to the same ones, whether they are thinned out at each or all at once', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 300 }), { maxLength: 200 }), (gaps) => {
        const minutes = gaps.map((_, index) => gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0))
        const times = minutes.map((after) => new Date(Date.UTC(2026, 0, 1) + after * 60_000))
        const last = times.at(-1) ?? now
        let left: readonly Date[] = []
        for (const time of times) left = kept([...left, time], time)
        assert.deepEqual(kept(left, last), kept(times, last))
      }),
    )
  })
})
