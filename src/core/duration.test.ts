import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { durationSchema, parseDuration, writtenDuration } from './duration.ts'
import { notADuration } from './refusals.ts'

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

const table: readonly (readonly [text: string, ms: number | undefined])[] = [
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['2h', 7_200_000],
  ['35d', 3_024_000_000],
  ['4w', 2_419_200_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['0.25s', 250],
  ['1.005s', 1005],
  ['5ms1s', 1005],
  ['0s', 0],
  ['30', undefined],
  ['', undefined],
  ['s', undefined],
  ['-5s', undefined],
  ['5 s', undefined],
  ['1h 30m', undefined],
  ['5S', undefined],
  ['5M', undefined],
  ['1.s', undefined],
  ['.5s', undefined],
  ['1e3s', undefined],
  ['5min', undefined],
  ['5s\n', undefined],
  [`${'9'.repeat(400)}d`, undefined],
]

describe('parseDuration', () => {
  for (const [text, ms] of table) {
    const read = ms === undefined ? 'is no duration' : `is ${ms} ms`
    it(`${JSON.stringify(text.slice(0, 20))} ${read}`, () => assert.equal(parseDuration(text), ms))
  }

  it('adds up its parts, in whatever order', () => {
    const part = fc.tuple(fc.nat(10_000), fc.constantFrom(...(Object.keys(units) as (keyof typeof units)[])))
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const expected = parts.reduce((sum, [amount, unit]) => sum + amount * units[unit], 0)
        assert.equal(parseDuration(parts.map((one) => one.join('')).join('')), expected)
      }),
    )
  })

  it('gives a finite number of milliseconds or nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('1', '9', '.', 'm', 's', 'h', 'd', '-', ' ', 'e') }), (text) => {
        const ms = parseDuration(text)
        assert.ok(ms === undefined || (Number.isFinite(ms) && ms >= 0))
      }),
    )
  })
})

describe('a duration option', () => {
  it('is written with its unit or as 0, and read as milliseconds', () => {
    assert.equal(durationSchema.parse('35d'), 3_024_000_000)
    assert.equal(durationSchema.parse(0), 0)
  })

  it('refuses a bare number, since its unit is unknown, and says what to write', () => {
    for (const value of [30, '30', -1, null, ['5s'], true]) assert.equal(durationSchema.safeParse(value).success, false)
    assert.equal(durationSchema.safeParse('30').error?.issues[0]?.message, notADuration.code)
  })

  it('is written back as people write it', () => {
    for (const [ms, text] of [
      [0, 0],
      [250, '250ms'],
      [5000, '5s'],
      [90_000, '90s'],
      [3_024_000_000, '35d'],
    ] as const) {
      assert.equal(writtenDuration(ms), text)
    }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), (ms) =>
        assert.equal(durationSchema.parse(writtenDuration(ms)), ms),
      ),
    )
  })
})
