import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { growthPerDay, type SizeAt } from './table-growth.ts'

const dayMs = 86_400_000
const at = (day: number, bytes: number, file = 1): SizeAt => ({ at: new Date(day * dayMs), file, bytes })

describe('growthPerDay', () => {
  it('is the difference of the first and the last size by the days between them', () => {
    assert.equal(growthPerDay([at(0, 100), at(1, 300), at(2, 300)]), 100)
    assert.equal(growthPerDay([at(0, 300), at(2, 200)]), -50)
  })

  it('is not known of less than a day', () => {
    assert.equal(growthPerDay([]), null)
    assert.equal(growthPerDay([at(0, 100)]), null)
    assert.equal(growthPerDay([at(0, 100), at(0.5, 200)]), null)
    assert.equal(growthPerDay([at(0, 100), at(0.99, 200)])?.toFixed(0), '101')
  })

  it('begins again where the table was truncated, rewritten or made anew', () => {
    assert.equal(growthPerDay([at(0, 9000), at(1, 9100), at(2, 100, 2), at(4, 300, 2)]), 100)
    assert.equal(growthPerDay([at(0, 9000), at(1, 9100), at(2, 100, 2)]), null)
  })

  it('begins again where it was emptied within its file', () => {
    assert.equal(growthPerDay([at(0, 9000), at(1, 1000), at(2, 1100)]), 100)
    assert.equal(growthPerDay([at(0, 9000), at(1, 0), at(2, 0)]), 0)
  })

  it('is never negative for ever: what grows after one fall is told as growing', () => {
    const steps = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 30 })
    fc.assert(
      fc.property(fc.integer({ min: 100_000, max: 1e9 }), steps, (before, added) => {
        const sum = (upTo: number): number => added.slice(0, upTo + 1).reduce((all, one) => all + one, 10)
        const after = added.map((_, day) => at(day + 1, sum(day)))
        assert.ok((growthPerDay([at(0, before), ...after]) ?? 0) > 0)
      }),
    )
  })
})
