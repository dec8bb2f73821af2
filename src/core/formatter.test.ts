import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { createFormatter, type Formatter } from './formatter.ts'

const english = createFormatter('en', 'Europe/Paris')
const french = createFormatter('fr', 'Europe/Paris')
const day = 86_400_000

/** In the expected texts `_` is a no-break space, narrow or not: which of them stands where is for Unicode to say. */
const visible = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, '_')

const table: readonly (readonly [what: string, show: (f: Formatter) => string, en: string, fr: string])[] = [
  ['no bytes', (f) => f.bytes(0), '0_B', '0_o'],
  ['bytes', (f) => f.bytes(999), '999_B', '999_o'],
  ['kilobytes', (f) => f.bytes(1500), '1.5_kB', '1,5_ko'],
  ['megabytes', (f) => f.bytes(2_000_000), '2_MB', '2_Mo'],
  ['gigabytes', (f) => f.bytes(1.25e9), '1.3_GB', '1,3_Go'],
  ['terabytes', (f) => f.bytes(4.2e12), '4.2_TB', '4,2_To'],
  ['more than the greatest unit', (f) => f.bytes(1e18), '1,000_PB', '1_000_Po'],
  ['just under a unit', (f) => f.bytes(999_949), '999.9_kB', '999,9_ko'],
  ['what rounds up to the next unit', (f) => f.bytes(999_950), '1_MB', '1_Mo'],
  ['fewer bytes than before', (f) => f.bytes(-2_000_000), '-2_MB', '-2_Mo'],
  ['no duration', (f) => f.duration(0), '0_ms', '0_ms'],
  ['a fraction of a millisecond', (f) => f.duration(0.52), '0.5_ms', '0,5_ms'],
  ['milliseconds', (f) => f.duration(250.4), '250_ms', '250_ms'],
  ['milliseconds that round up to a second', (f) => f.duration(999.6), '1_s', '1_s'],
  ['seconds', (f) => f.duration(1500), '1.5_s', '1,5_s'],
  ['seconds that round up to a minute', (f) => f.duration(59_960), '1_min', '1_min'],
  ['minutes', (f) => f.duration(60_000), '1_min', '1_min'],
  ['minutes and seconds', (f) => f.duration(125_000), '2_min 5_s', '2_min 5_s'],
  ['hours and minutes', (f) => f.duration(5_460_000), '1_h 31_min', '1_h 31_min'],
  ['days', (f) => f.duration(35 * day), '35_d', '35_j'],
  ['days and hours', (f) => f.duration(day + 7_200_000), '1_d 2_h', '1_j 2_h'],
  ['a day and a minute: two units side by side only', (f) => f.duration(day + 60_000), '1_d', '1_j'],
  ['a thousand days', (f) => f.duration(1234 * day), '1,234_d', '1_234_j'],
  ['a time that is over', (f) => f.duration(-125_000), '-2_min 5_s', '-2_min 5_s'],
  ['a time that never comes', (f) => f.duration(Number.POSITIVE_INFINITY), '∞_d', '∞_j'],
  ['a ratio', (f) => f.percent(0.8), '80%', '80_%'],
  ['a ratio with a decimal', (f) => f.percent(0.8456), '84.6%', '84,6_%'],
  ['a ratio that is nearly nothing below zero', (f) => f.percent(-0.0001), '0%', '0_%'],
  ['a number', (f) => f.number(1_234_567.89), '1,234,567.9', '1_234_567,9'],
  ['a number without decimals', (f) => f.number(2.5, 0), '3', '3'],
  ['a day, in the time zone', (f) => f.date('2026-11-21T23:30:00Z'), '22 Nov 2026', '22 nov. 2026'],
  ['a time, in the time zone', (f) => f.dateTime('2026-11-21T23:30:00Z'), 'Sun 22 Nov, 00:30', 'dim. 22 nov., 00:30'],
  ['what is no time', (f) => f.date('soon'), 'soon', 'soon'],
  ['a count of none', (f) => f.plural(0, { one: 'one', other: 'other' }), 'other', 'one'],
  ['a count of one', (f) => f.plural(1, { one: 'one', other: 'other' }), 'one', 'one'],
  ['a count of two', (f) => f.plural(2, { one: 'one', other: 'other' }), 'other', 'other'],
  ['a count of a million', (f) => f.plural(1e6, { one: 'one', other: 'other' }), 'other', 'other'],
  ['a list', (f) => f.list(['a', 'b', 'c']), 'a, b, & c', 'a, b et c'],
]

describe('a formatter', () => {
  for (const [what, show, en, fr] of table) {
    it(`shows ${what} in English as "${en}"`, () => assert.equal(visible(show(english)), en))
    it(`shows ${what} in French as "${fr}"`, () => assert.equal(visible(show(french)), fr))
  }

  it('never shows a thousand of a unit when there is a greater one, nor a negative zero', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e17, max: 1e17, noNaN: true }), (bytes) => {
        const [, amount = '', unit] = /^(-?[\d.,]+)\u00a0(\w+)$/.exec(english.bytes(bytes)) ?? []
        const value = Number(amount.replaceAll(',', ''))
        assert.ok(Math.abs(value) < 1000 || unit === 'PB', `${bytes}: ${english.bytes(bytes)}`)
        assert.notEqual(amount, '-0')
      }),
    )
  })

  it('shows a duration that, read again, is the same to the last unit shown', () => {
    const sizes: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: day }
    fc.assert(
      fc.property(fc.oneof(fc.nat(200_000), fc.nat(10_000 * day)), (ms) => {
        const parts = [...english.duration(ms).matchAll(/([\d.,]+)\u00a0(\w+)/g)]
        const read = parts.reduce((sum, [, amount = '', unit = '']) => {
          return sum + Number(amount.replaceAll(',', '')) * (sizes[unit] ?? Number.NaN)
        }, 0)
        const last = sizes[parts.at(-1)?.[2] ?? ''] ?? 0
        // The unit below the greatest one is left out when there is none of it.
        const slack = parts.length === 1 ? { ms: 1, s: 51, min: 1000, h: 60_000, d: 3_600_000 } : undefined
        const unit = parts[0]?.[2] as 'ms' | 's' | 'min' | 'h' | 'd'
        assert.ok(Math.abs(ms - read) < (slack?.[unit] ?? last), `${ms}: ${english.duration(ms)}`)
      }),
    )
  })
})
