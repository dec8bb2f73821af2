import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { btreePages, entryBytes, heapPages, rowBytes, type StoredColumn } from './page-layout.ts'

const int: StoredColumn = { length: 4, alignment: 'i', width: 4, nullRatio: 0 }
const bigint: StoredColumn = { length: 8, alignment: 'd', width: 8, nullRatio: 0 }
const bool: StoredColumn = { length: 1, alignment: 'c', width: 1, nullRatio: 0 }

describe('rowBytes', () => {
  for (const [what, columns, count, expected] of [
    ['no column', [], 0, 28],
    ['one int', [int], 1, 36],
    ['an int and a bigint, which begins at a multiple of 8', [int, bigint], 2, 44],
    ['a bigint and an int', [bigint, int], 2, 44],
    ['bools around a bigint', [bool, bigint, bool], 3, 52],
    ['a column that is always NULL', [int, { ...bigint, nullRatio: 1 }], 2, 36],
    ['nine columns, of which one is always NULL', [...Array(8).fill(int), { ...int, nullRatio: 1 }], 9, 68],
  ] as const) {
    it(`counts header, padding and line pointer of ${what}`, () => {
      assert.equal(rowBytes(columns, count, false), expected)
    })
  }

  it('counts the map of NULLs of a table that lost a column', () => {
    assert.equal(rowBytes(Array(9).fill(int), 10, true) - rowBytes(Array(9).fill(int), 10, false), 8)
  })
})

describe('entryBytes', () => {
  it('is header, key and line pointer', () => {
    assert.equal(entryBytes([int]), 20)
    assert.equal(entryBytes([bigint]), 20)
    assert.equal(entryBytes([bigint, bool]), 28)
  })
})

describe('pages', () => {
  it('hold as many rows of 36 bytes as the manual says: 226', () => {
    assert.equal(heapPages(226, 36, 100), 1)
    assert.ok(Math.abs(heapPages(226 * 1000, 36, 100) - 1000) <= 2)
  })

  it('hold 365 entries of an int in a leaf of a new index', () => {
    assert.equal(btreePages(365, 20, 90), 2)
    assert.equal(btreePages(100_000, 20, 90), 276)
  })

  const size = fc.double({ min: 20, max: 2000, noNaN: true })
  it('are never fewer for more rows, for larger ones or for less fill', () => {
    fc.assert(
      fc.property(
        fc.nat(1_000_000),
        fc.nat(1_000_000),
        size,
        fc.integer({ min: 10, max: 100 }),
        (a, b, bytes, fill) => {
          const [few, many] = [Math.min(a, b), Math.max(a, b)]
          assert.ok(heapPages(few, bytes, fill) <= heapPages(many, bytes, fill))
          assert.ok(heapPages(many, bytes, 100) <= heapPages(many, bytes, fill))
          assert.ok(btreePages(few, bytes, 90) <= btreePages(many, bytes, 90))
        },
      ),
    )
  })

  it('of equal keys that are kept once are never more than of different ones', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1000, max: 1_000_000 }),
        fc.double({ min: 20, max: 200, noNaN: true }),
        (entries, bytes) => {
          assert.ok(btreePages(entries, bytes, 90, Math.ceil(entries / 50)) <= btreePages(entries, bytes, 90))
        },
      ),
    )
  })
})
