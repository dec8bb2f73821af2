import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { NativeHistogram } from '../exposition/exposed.ts'
import { mergeNative, nativeIncrease, nativeQuantile } from './native-buckets.ts'

const zeroThreshold = 1e-6
/** What a client library keeps of observations. */
function observed(values: readonly number[], schema = 3): NativeHistogram {
  const positive = new Map<number, number>()
  const negative = new Map<number, number>()
  let zeroCount = 0
  for (const value of values) {
    if (Math.abs(value) <= zeroThreshold) zeroCount++
    else {
      const side = value > 0 ? positive : negative
      const index = Math.ceil(Math.log2(Math.abs(value)) * 2 ** schema)
      side.set(index, (side.get(index) ?? 0) + 1)
    }
  }
  const sum = values.reduce((total, value) => total + value, 0)
  return { schema, zeroThreshold, zeroCount, count: values.length, sum, positive, negative }
}
const full = (one: NativeHistogram | undefined): unknown =>
  one && { ...one, sum: 0, positive: counts(one.positive), negative: counts(one.negative) }
const counts = (all: ReadonlyMap<number, number>): unknown =>
  [...all].filter(([, count]) => count !== 0).toSorted(([a], [b]) => a - b)

const anyValue = fc.oneof(
  fc.double({ min: 1e-5, max: 1e4, noNaN: true }),
  fc.constant(0),
  fc.double({ min: -50, max: -0.001, noNaN: true }),
)
const anyValues = fc.array(anyValue, { maxLength: 60 })

describe('a native quantile', () => {
  test('lies within the width of a bucket of the true one', () => {
    const base = 2 ** (2 ** -3)
    const values = fc.array(fc.double({ min: 0.001, max: 1000, noNaN: true }), { minLength: 1, maxLength: 100 })
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.95, 0.99), (all, q) => {
        const sorted = all.toSorted((a, b) => a - b)
        const truth = sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0
        const got = nativeQuantile(q, observed(all)) ?? 0
        assert.ok(got > truth / base / 1.0001 && got < truth * base * 1.0001, `${got} for ${truth}`)
      }),
    )
  })

  test('is exponential within a bucket and linear in the zero bucket', () => {
    const one = { ...observed([]), schema: 0, count: 4, positive: new Map([[2, 4]]) }
    assert.equal(nativeQuantile(0.5, one), 2 ** 1.5)
    const both = { ...observed([]), zeroThreshold: 1, zeroCount: 4, count: 4 }
    assert.equal(nativeQuantile(0.25, both), -0.5)
    assert.equal(nativeQuantile(0.25, { ...both, count: 5, positive: new Map([[5, 1]]) }), 0.3125)
    assert.equal(
      nativeQuantile(0.5, { ...observed([]), schema: 0, count: 4, negative: new Map([[2, 4]]) }),
      -(2 ** 1.5),
    )
    assert.equal(nativeQuantile(0.5, observed([])), undefined)
  })
})

describe('native histograms', () => {
  test('merged are that of all observations together, at the coarsest resolution', () => {
    fc.assert(
      fc.property(anyValues, anyValues, (a, b) => {
        assert.deepEqual(full(mergeNative([observed(a, 3), observed(b, 3)])), full(observed([...a, ...b], 3)))
        assert.deepEqual(full(mergeNative([observed(a, 3), observed(b, 1)])), full(observed([...a, ...b], 1)))
      }),
    )
    assert.equal(mergeNative([]), undefined)
  })

  test('grow by what was observed since, whatever their resolution became, and by all after a restart', () => {
    fc.assert(
      fc.property(anyValues, anyValues, fc.constantFrom(3, 2, 0), (before, since, schema) => {
        const now = observed([...before, ...since], schema)
        assert.deepEqual(full(nativeIncrease(observed(before, 3), now)), full(observed(since, schema)))
      }),
    )
    assert.deepEqual(nativeIncrease(observed([1, 2, 3]), observed([5])), observed([5]))
    assert.deepEqual(nativeIncrease(observed([1]), observed([5, 6])), observed([5, 6]))
    assert.equal(nativeIncrease(observed([1]), { ...observed([1, 2]), zeroThreshold: 0.1 }), undefined)
  })
})
