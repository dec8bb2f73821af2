import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { dueOf } from './due.ts'

describe('the next date of a step', () => {
  const zone = { timezone: 'Europe/Paris' }
  const rows: readonly (readonly [string, string, string, string, number])[] = [
    ['07:30', '2026-11-20T06:30:00Z', '2026-11-21T06:00:00Z', '2026-11-21T06:30:00.000Z', 0],
    ['07:30', '2026-11-20T06:30:00Z', '2026-11-21T12:00:00Z', '2026-11-21T06:30:00.000Z', 0],
    ['07:30', '2026-11-20T06:30:00Z', '2026-11-21T12:31:00Z', '2026-11-21T06:30:00.000Z', 361 * 60_000],
    ['mon 06:00', '2026-11-16T05:00:00Z', '2026-11-24T12:00:00Z', '2026-11-23T05:00:00.000Z', 31 * 3_600_000],
  ]
  for (const [at, last, now, dueAt, overdueMs] of rows) {
    it(`of ${at}, last done ${last}, seen at ${now}, is ${dueAt}${overdueMs > 0 ? ' and overdue' : ''}`, () => {
      const due = dueOf(new Date(last), new Date(now), { at, ...zone })
      assert.deepEqual({ dueAt: due?.dueAt.toISOString(), overdueMs: due?.overdueMs }, { dueAt, overdueMs })
    })
  }

  it('keeps its local hour over a change of the clocks', () => {
    const due = dueOf(new Date('2026-10-24T05:30:00Z'), new Date('2026-10-25T00:00:00Z'), { at: '07:30', ...zone })
    assert.equal(due?.dueAt.toISOString(), '2026-10-25T06:30:00.000Z')
  })

  it('is unknown for what only runs on demand', () => {
    assert.equal(dueOf(new Date(0), new Date(0), { at: undefined, ...zone }), undefined)
  })
})
