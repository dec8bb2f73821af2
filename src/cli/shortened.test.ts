import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { shortenedApart } from './shortened.ts'

describe('shortened names', () => {
  it('keep their beginning and their end', () => {
    assert.deepEqual(shortenedApart(['public.orders_by_customer_idx', 'short'], 15), ['public.…mer_idx', 'short'])
  })

  it('that differ in the middle alone are numbered', () => {
    const names = ['idx_orders_2023_by_customer', 'idx_orders_2024_by_customer', 'idx_orders_2023_by_customer']
    assert.deepEqual(shortenedApart(names, 16), ['idx_ord…stomer~1', 'idx_ord…stomer~2', 'idx_ord…stomer~1'])
  })

  it('fit, and are alike only where the names are the same', () => {
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '…', '~', '1', 'é'), maxLength: 40 })
    fc.assert(
      fc.property(fc.array(name, { maxLength: 40 }), fc.integer({ min: 12, max: 30 }), (names, width) => {
        const shown = shortenedApart(names, width)
        for (const one of shown) assert.ok([...one].length <= width, one)
        for (const [at, one] of shown.entries())
          for (const [other, two] of shown.entries()) assert.equal(one === two, names[at] === names[other])
      }),
    )
  })
})
