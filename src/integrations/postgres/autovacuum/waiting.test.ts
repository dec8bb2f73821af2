import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DueRow } from './due.ts'
import { keyOf, waitingWork } from './waiting.ts'

const hourMs = 3_600_000
const now = 100 * hourMs
const row: DueRow = {
  ...{ total: 1, dueTotal: 1, schema: 'public', table: 't', isToast: false, isAutomatic: true },
  ...{ vacuum: 100, vacuumAt: 50, insert: 0, insertAt: null, analyze: 10, analyzeAt: 50, freeze: 1, freezeAt: 200 },
  ...{ vacuumAgeMs: 50 * hourMs, analyzeAgeMs: null, doneRatio: null },
}
const key = keyOf({ schema: 'public', table: 't', isToast: false, work: 'vacuum' })
const holder = { type: 'session', name: '7', xids: 5, ageMs: 30 * hourMs } as const

describe('waitingWork', () => {
  it('is what has passed its own trigger, and nothing else', () => {
    assert.deepEqual(
      waitingWork([row], new Map(), now, undefined).map(({ work, amount, at }) => [work, amount, at]),
      [['vacuum', 100, 50]],
    )
    const all = { ...row, insert: 9, insertAt: 8, analyze: 51, freeze: 201 }
    assert.equal(waitingWork([all], new Map(), now, undefined).length, 4)
    assert.deepEqual(waitingWork([{ ...row, schema: null }], new Map(), now, undefined), [])
  })

  it('keeps waiting from now on when the clock was set back since it was first seen', () => {
    const before = new Map([[key, now + 5 * hourMs]])
    assert.equal(waitingWork([row], before, now, undefined)[0]?.since, now)
  })

  for (const [what, seen, vacuumHoursAgo, held, since] of [
    ['seen for the first time', undefined, 50, undefined, now],
    ['seen before and not done since', 90 * hourMs, 50, undefined, 90 * hourMs],
    ['seen before, and done since', 90 * hourMs, 2, undefined, now],
    ['seen before, and done in vain, as somebody may still read the rows', 90 * hourMs, 2, holder, 90 * hourMs],
    ['done since, before the holder came', 60 * hourMs, 35, holder, now],
    ['never vacuumed', 90 * hourMs, null, undefined, 90 * hourMs],
  ] as const) {
    it(`waits since it is ${what}`, () => {
      const before = seen === undefined ? new Map<string, number>() : new Map([[key, seen]])
      const vacuumAgeMs = vacuumHoursAgo === null ? null : vacuumHoursAgo * hourMs
      assert.equal(waitingWork([{ ...row, vacuumAgeMs }], before, now, held)[0]?.since, since)
    })
  }
})
