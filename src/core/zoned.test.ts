import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { Temporal as polyfill } from 'temporal-polyfill/implementation'
import { createFormatter } from './formatter.ts'
import { endOfDay, isTimeZone, zonedTime } from './zoned.ts'

const zone = fc.constantFrom('UTC', 'Europe/Paris', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia')
const moment = fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })

describe('the time of a zone', () => {
  it('is the same by the polyfill that stands in on an older Node', () => {
    fc.assert(
      fc.property(moment, zone, (at, timeZone) => {
        const other = polyfill.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone)
        assert.equal(zonedTime(at, timeZone).toString(), other.toString())
      }),
    )
  })

  it('is written as the Unicode locale data has it', () => {
    fc.assert(
      fc.property(moment, zone, fc.constantFrom('en', 'fr'), (at, timeZone, locale) => {
        const tag = locale === 'fr' ? 'fr-FR' : 'en-GB'
        const { date, dateTime } = createFormatter(locale, timeZone)
        const day = { timeZone, day: 'numeric', month: 'short', year: 'numeric' } as const
        assert.equal(date(at.toISOString()), new Intl.DateTimeFormat(tag, day).format(at))
        const time = { timeZone, weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }
        const options = time as Intl.DateTimeFormatOptions
        assert.equal(dateTime(at.toISOString()), new Intl.DateTimeFormat(tag, options).format(at))
      }),
      { numRuns: 400 },
    )
  })

  for (const name of ['UTC', 'Etc/UTC', 'Europe/Paris', 'Asia/Calcutta', 'Asia/Kolkata']) {
    it(`knows ${name}`, () => assert.equal(isTimeZone(name), true))
  }
  for (const name of ['', 'Paris', 'Europe/Pariss', '+02:00', 'GMT+2', 'Local', '../etc']) {
    it(`knows no "${name}"`, () => assert.equal(isTimeZone(name), false))
  }

  it('ends a day where its clocks do, and knows no 31st of February', () => {
    assert.equal(endOfDay('2026-03-29', 'Europe/Paris')?.toISOString(), '2026-03-29T21:59:59.999Z')
    for (const day of ['2026-02-31', '2026-1-1', '21/11/2026', 'tomorrow', '']) {
      assert.equal(endOfDay(day, 'UTC'), undefined)
    }
  })
})
