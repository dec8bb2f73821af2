import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { locales } from './message.ts'
import { writeNumber, writePercent } from './write-number.ts'
import { isOne, writeList } from './write-words.ts'

const tags = { en: 'en-US', fr: 'fr-FR' } as const
const numbers = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.double({ min: -1e6, max: 1e6 }),
  // Halves, and what lies just beside them.
  fc.tuple(fc.integer({ min: -1e7, max: 1e7 }), fc.constantFrom(10, 100, 1000, 10_000)).map(([n, by]) => n / by),
  fc.constantFrom(0, -0, 0.5, -0.5, 1.005, 2.675, 999.95, 999_999.5, 1e-7, 1e21, Number.MAX_SAFE_INTEGER),
)
const digits = fc.integer({ min: 0, max: 6 })

describe('numbers that are written without Intl', () => {
  for (const locale of locales) {
    const asIntl = (style: 'decimal' | 'percent', value: number, maximumFractionDigits: number): string =>
      new Intl.NumberFormat(tags[locale], { style, maximumFractionDigits, signDisplay: 'negative' }).format(value)

    it(`look as Intl has them, in ${locale}`, () => {
      fc.assert(
        fc.property(numbers, digits, (value, most) =>
          assert.equal(writeNumber(value, most, locale), asIntl('decimal', value, most)),
        ),
        { numRuns: 2000 },
      )
    })

    it(`look as Intl has them as percentages, in ${locale}`, () => {
      fc.assert(
        fc.property(numbers, digits, (value, most) =>
          assert.equal(writePercent(value, most, locale), asIntl('percent', value, most)),
        ),
        { numRuns: 2000 },
      )
    })

    it(`count as Intl does, in ${locale}`, () => {
      const rules = new Intl.PluralRules(locale)
      // From 1e21 on ICU takes any number for one in French.
      const counts = numbers.filter((count) => Math.abs(count) < 1e21)
      fc.assert(
        fc.property(counts, (count) => assert.equal(isOne(count, locale), rules.select(count) === 'one')),
        { numRuns: 2000 },
      )
    })

    it(`are listed as Intl does it, in ${locale}`, () => {
      const list = new Intl.ListFormat(locale, { style: 'short', type: 'conjunction' })
      fc.assert(
        fc.property(fc.array(fc.string()), (items) => assert.equal(writeList(items, locale), list.format(items))),
      )
    })
  }
})
