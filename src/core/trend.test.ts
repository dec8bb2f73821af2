import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { slopePerMs } from './trend.ts'

const day = 86_400_000
const start = Date.UTC(2026, 0, 1)
const point = (atMs: number, value: number) => ({ at: new Date(start + atMs), value })
const near = (actual: number | undefined, expected: number): void => {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= 1e-9 * Math.max(1e-6, Math.abs(expected)),
    `${actual}`,
  )
}

describe('slopePerMs', () => {
  it('is the growth of points on a line', () => {
    near(slopePerMs([point(0, 100), point(day, 200), point(2 * day, 300)], day), 100 / day)
  })

  it('is nothing when there are fewer than three points', () => {
    assert.equal(slopePerMs([], day), undefined)
    assert.equal(slopePerMs([point(0, 1), point(9 * day, 2)], day), undefined)
  })

  it('is nothing when the points span less than asked, or no time at all', () => {
    assert.equal(slopePerMs([point(0, 1), point(10, 2), point(day - 1, 3)], day), undefined)
    assert.equal(slopePerMs([point(0, 1), point(0, 2), point(0, 3)], 0), undefined)
  })

  it('is given from exactly the span asked', () => {
    near(slopePerMs([point(0, 1), point(day / 2, 1), point(day, 1)], day), 0)
  })

  it('leaves out what is no number and what has no time', () => {
    const odd = [point(day / 2, Number.NaN), point(Number.NaN, 5), point(day / 3, Number.POSITIVE_INFINITY)]
    near(slopePerMs([point(0, 0), point(day, 1), point(2 * day, 2), ...odd], day), 1 / day)
    assert.equal(slopePerMs([point(0, 0), point(day, 1), ...odd], day), undefined)
  })

  const line = fc.record({
    slope: fc.integer({ min: -1000, max: 1000 }),
    level: fc.nat(1_000_000_000),
    minutes: fc.uniqueArray(fc.nat(50_000), { minLength: 3, maxLength: 40 }),
  })

  it('finds the slope of any line, whatever the points on it and their order', () => {
    fc.assert(
      fc.property(line, ({ slope, level, minutes }) => {
        const points = minutes.map((minute) => point(minute * 60_000, level + slope * minute))
        const found = slopePerMs(points, 0)
        assert.ok(found !== undefined && Math.abs(found * 60_000 - slope) < 1e-3, `${found}`)
      }),
    )
  })

  it('turns its sign with the values and does not change when all of them move', () => {
    const noise = fc.array(fc.tuple(fc.nat(1_000_000), fc.integer({ min: -1000, max: 1000 })), { minLength: 3 })
    fc.assert(
      fc.property(noise, fc.integer({ min: -1000, max: 1000 }), (pairs, shift) => {
        const slope = slopePerMs(
          pairs.map(([at, value]) => point(at, value)),
          0,
        )
        const turned = slopePerMs(
          pairs.map(([at, value]) => point(at, -value)),
          0,
        )
        const moved = slopePerMs(
          pairs.map(([at, value]) => point(at, value + shift)),
          0,
        )
        assert.equal(slope === undefined, turned === undefined)
        assert.ok(Math.abs((slope ?? 0) + (turned ?? 0)) < 1e-9)
        assert.ok(Math.abs((slope ?? 0) - (moved ?? 0)) < 1e-6)
      }),
    )
  })
})
