import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { cronOf, nextDate } from './schedule.ts'

describe('a schedule as people write it', () => {
  const rows = [
    ['07:30', '30 7 * * *'],
    ['mon 06:00', '0 6 * * 1'],
    ['Sun 23:59', '59 23 * * 0'],
    ['1 06:00', '0 6 1 * *'],
    ['0 6 1 1,4,7,10 *', '0 6 1 1,4,7,10 *'],
    ['24:00', undefined],
    ['funday 06:00', undefined],
    ['32 06:00', undefined],
    ['* * *', undefined],
    ['61 * * * *', undefined],
    ['', undefined],
  ] as const
  for (const [at, cron] of rows) it(`"${at}" is ${cron ?? 'refused'}`, () => assert.equal(cronOf(at), cron))

  it('neither skips nor doubles a day when the clocks change', () => {
    const hour = fc.integer({ min: 0, max: 23 })
    fc.assert(
      fc.property(
        hour,
        fc.constantFrom('Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'UTC'),
        (h, zone) => {
          let at = new Date('2026-01-01T00:00:00Z')
          for (let day = 0; day < 370; day++) {
            const next = nextDate(`${h}:30`, zone, at)
            assert.ok(next !== undefined && next > at)
            const gapHours = (next.getTime() - at.getTime()) / 3_600_000
            assert.ok(
              day === 0 || (gapHours > 21 && gapHours < 27),
              `${zone} ${at.toISOString()} → ${next.toISOString()}`,
            )
            at = next
          }
        },
      ),
      { numRuns: 8 },
    )
  })
})
