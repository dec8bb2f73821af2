import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Cron } from 'croner'
import fc from 'fast-check'
import { isSchedule, nextDate } from './schedule.ts'

describe('a schedule as people write it', () => {
  const rows = [
    ['07:30', '30 7 * * *'],
    ['7:05', '5 7 * * *'],
    ['mon 06:00', '0 6 * * 1'],
    ['Sun 23:59', '59 23 * * 0'],
    ['1 06:00', '0 6 1 * *'],
    ['31 00:00', '0 0 31 * *'],
    ['0 6 1 1,4,7,10 *', '0 6 1 1,4,7,10 *'],
    ['24:00', undefined],
    ['funday 06:00', undefined],
    ['32 06:00', undefined],
    ['* * *', undefined],
    ['61 * * * *', undefined],
    ['0 0 30 2 *', undefined],
    ['', undefined],
  ] as const
  const zones = ['Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']
  for (const [at, cron] of rows) {
    if (cron === undefined) {
      it(`"${at}" is refused`, () => assert.equal(isSchedule(at), false))
      continue
    }
    it(`"${at}" is ${cron} for cron`, () => {
      assert.ok(isSchedule(at))
      const from = fc.date({ min: new Date('2025-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
      fc.assert(
        fc.property(from, fc.constantFrom(...zones), (date, timezone) => {
          assert.deepEqual(nextDate(at, timezone, date), new Cron(cron, { timezone, paused: true }).nextRun(date))
        }),
      )
    })
  }

  it('leaves out the months without the day, and knows the last day of every month', () => {
    const days = (at: string): string[] => {
      const found: string[] = []
      for (let date = nextDate(at, 'UTC', new Date('2026-01-01')); date && date.getUTCFullYear() === 2026; ) {
        found.push(date.toISOString().slice(5, 10))
        date = nextDate(at, 'UTC', date)
      }
      return found
    }
    assert.deepEqual(days('31 06:00'), ['01-31', '03-31', '05-31', '07-31', '08-31', '10-31', '12-31'])
    assert.equal(days('0 6 L * *').join(' '), '01-31 02-28 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31')
  })

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

  it('is due as long after midnight as ever when the clocks skip its time, and once when they repeat it', () => {
    const skipped = nextDate('02:30', 'Europe/Paris', new Date('2026-03-28T12:00:00Z'))
    assert.equal(skipped?.toISOString(), '2026-03-29T01:30:00.000Z')
    const first = nextDate('02:30', 'Europe/Paris', new Date('2026-10-24T12:00:00Z'))
    assert.equal(first?.toISOString(), '2026-10-25T00:30:00.000Z')
    assert.equal(nextDate('02:30', 'Europe/Paris', first)?.toISOString(), '2026-10-26T01:30:00.000Z')
  })
})
