import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Buckets, bucketsIncrease, classicQuantile, mergeBuckets } from './classic-histogram.ts'

const inf = Number.POSITIVE_INFINITY
const buckets = (...pairs: readonly (readonly [number, number])[]): Buckets => new Map(pairs)
const bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, inf]
/** The cumulative buckets of observations. */
const observed = (values: readonly number[], at = bounds): Buckets =>
  new Map(at.map((bound) => [bound, values.filter((value) => value <= bound).length]))

describe('a classic quantile', () => {
  const cases: readonly (readonly [what: string, q: number, of: Buckets, expected: number | undefined])[] = [
    ['is linear within its bucket', 0.5, buckets([1, 0], [2, 100], [inf, 100]), 1.5],
    ['begins at 0 in the lowest bucket', 0.25, buckets([0.1, 100], [inf, 100]), 0.025],
    ['is the highest bound for what lies beyond it', 0.99, buckets([0.1, 50], [5, 60], [inf, 100]), 5],
    ['of two buckets is where the rank falls', 0.9, buckets([0.1, 80], [0.5, 100], [inf, 100]), 0.3],
    ['in a lowest bucket below zero is its bound', 0.1, buckets([-1, 10], [1, 20], [inf, 20]), -1],
    ['of 0 is the beginning of the lowest bucket', 0, buckets([1, 0], [2, 10], [inf, 10]), 0],
    ['does not mind buckets that were read while they were written', 0.5, buckets([1, 6], [2, 5], [inf, 10]), 5 / 6],
    ['there is none without an observation', 0.5, buckets([1, 0], [inf, 0]), undefined],
    ['there is none without the bucket of all', 0.5, buckets([1, 4], [2, 6]), undefined],
    ['there is none of nothing', 0.5, buckets(), undefined],
  ]
  for (const [what, q, of, expected] of cases) {
    test(what, () => {
      const got = classicQuantile(q, of)
      if (expected === undefined || got === undefined) assert.equal(got, expected)
      else assert.ok(Math.abs(got - expected) < 1e-12, `${got} is not ${expected}`)
    })
  }
})

const anyValues = fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { maxLength: 60 })

describe('buckets', () => {
  test('that are merged give the quantile of all observations together, which no average of percentiles does', () => {
    fc.assert(
      fc.property(
        fc.array(anyValues, { minLength: 1, maxLength: 5 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (parts, q) => {
          const merged = mergeBuckets(parts.map((values) => observed(values)))
          assert.equal(classicQuantile(q, merged), classicQuantile(q, observed(parts.flat())))
        },
      ),
    )
    const [fast, slow] = [Array.from({ length: 99 }, () => 0.05), [4]]
    const p95 = classicQuantile(0.95, mergeBuckets([observed(fast), observed(slow)])) ?? 0
    assert.ok(p95 < 0.1)
  })

  test('with other bounds are merged at those that all have', () => {
    fc.assert(
      fc.property(anyValues, anyValues, (a, b) => {
        const merged = mergeBuckets([observed(a), observed(b, [0.25, 1, 3, inf])])
        const common = a.length === 0 ? undefined : [0.25, 1, inf]
        if (a.length > 0 && b.length > 0) assert.deepEqual(merged, observed([...a, ...b], common))
      }),
    )
  })

  test('grow by what was observed since, and by all after a restart', () => {
    fc.assert(
      fc.property(anyValues, anyValues, (before, since) => {
        const grown = bucketsIncrease(observed(before), observed([...before, ...since]))
        assert.deepEqual(grown, observed(since))
        assert.deepEqual(bucketsIncrease(undefined, observed(since)), observed(since))
      }),
    )
    assert.deepEqual(bucketsIncrease(observed([1, 2, 3]), observed([0.2])), observed([0.2]))
  })
})
