import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compareDecimals } from './decimal.ts'

describe('two decimal numbers', () => {
  it('are compared by all of their digits', () => {
    for (const [a, b, expected] of [
      ['42', '42.000', 0],
      ['9007199254740993', '9007199254740992', 1],
      ['0.1000000000000000000001', '0.1', 1],
      ['-0', '0', 0],
      ['-2', '-10', 1],
      ['1e3', '1000', 0],
      ['1.5e-3', '.0015', 0],
      ['1E+21', '1000000000000000000000', 0],
    ] as const) {
      assert.equal(compareDecimals(a, b), expected, `${a} ${b}`)
    }
  })

  it('are no numbers when they are texts, infinite, or would fill the memory', () => {
    for (const text of ['', '.', 'NaN', 'Infinity', 'léa', '1e99999', '1 2']) {
      assert.equal(compareDecimals(text, '1'), undefined, text)
    }
  })

  it('are compared as whole numbers of cents are', () => {
    const cents = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })
    const written = (value: bigint): string => {
      const digits = (value < 0n ? -value : value).toString().padStart(3, '0')
      return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
    }
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        assert.equal(compareDecimals(written(a), written(b)), a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })
})
