import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { TableUse } from '../tables/table-use.ts'
import { entriesPerDay, keyOf, lastUse, type Usage, usageAt } from './index-usage.ts'

const dayMs = 86_400_000
const now = Date.parse('2026-11-21T00:00:00Z')
const index = { schema: 'public', name: 'orders_at_idx' }

const table = (more: Partial<TableUse> = {}): TableUse => ({
  ...{ schema: 'public', table: 'orders', live: 10, sequentialScans: 0, sequentialRows: 0, indexScans: 0 },
  ...{ inserts: 0, updates: 0, hotUpdates: 0, deletes: 0, statisticsAgeMs: 10 * dayMs },
  ...more,
})

/** Looks at these days with these counts of scans, one after the other. */
function looks(counts: readonly (readonly [day: number, scans: number])[]): Usage | undefined {
  return counts.reduce<Usage | undefined>(
    (before, [day, scans]) => usageAt(day * dayMs, before, [{ ...index, scans }], []),
    undefined,
  )
}

describe('the latest use of an index', () => {
  const cases: readonly (readonly [string, Parameters<typeof looks>[0], number | undefined])[] = [
    [
      'is not known of one that nothing ever read',
      [
        [1, 0],
        [2, 0],
      ],
      undefined,
    ],
    [
      'is that of the look that found another count',
      [
        [1, 3],
        [2, 3],
        [3, 5],
        [4, 5],
      ],
      3,
    ],
    [
      'of a first count is that look, since nothing dates it',
      [
        [7, 3],
        [8, 3],
      ],
      7,
    ],
    [
      'outlives a reset of the statistics',
      [
        [1, 0],
        [30, 4],
        [31, 0],
        [70, 0],
      ],
      30,
    ],
    [
      'is new when it was read again after a reset',
      [
        [1, 9],
        [2, 1],
      ],
      2,
    ],
  ]
  for (const [title, counts, day] of cases) {
    it(title, () => assert.equal(lastUse(looks(counts), index), day === undefined ? undefined : day * dayMs))
  }

  it('is never forgotten once it was seen, whatever is counted later', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }), (scans) => {
        const usage = looks(scans.map((count, day) => [day + 1, count]))
        assert.equal(
          (lastUse(usage, index) ?? 0) > 0,
          scans.some((count) => count > 0),
        )
      }),
    )
  })

  it('is kept of an index that is not there at one look', () => {
    const usage = usageAt(2 * dayMs, looks([[1, 3]]), [], [])
    assert.equal(lastUse(usage, index), dayMs)
  })
})

describe('the entries written to an index a day', () => {
  const before = (days: number, counts: [number, number, number, number]) => ({
    at: new Date(now - days * dayMs),
    usage: { indexes: {}, tables: { [keyOf('public', 'orders')]: counts } },
  })

  it('are the inserts and the updates that are not HOT since the earlier look', () => {
    const one = table({ inserts: 700, updates: 300, hotUpdates: 200 })
    assert.equal(entriesPerDay(one, before(4, [100, 200, 100, 0]), now), 150)
  })

  it('are those of the whole time of the statistics when nothing was kept, or the count began anew', () => {
    const one = table({ inserts: 90, updates: 20, hotUpdates: 10 })
    assert.equal(entriesPerDay(one, undefined, now), 10)
    assert.equal(entriesPerDay(one, before(4, [100, 20, 10, 0]), now), 10)
  })

  it('are not known when the statistics are too young, or of no age', () => {
    assert.equal(entriesPerDay(table({ inserts: 9, statisticsAgeMs: 1000 }), undefined, now), null)
    assert.equal(entriesPerDay(table({ inserts: 9, statisticsAgeMs: null }), undefined, now), null)
  })

  it('are never negative', () => {
    const count = fc.nat(1000)
    fc.assert(
      fc.property(count, count, count, count, count, count, (i, u, h, bi, bu, bh) => {
        const one = table({ inserts: i, updates: u + h, hotUpdates: h })
        const perDay = entriesPerDay(one, before(2, [bi, bu + bh, bh, 0]), now)
        assert.ok(perDay === null || Number.isFinite(perDay))
        if (i >= bi && h >= bh && u >= bu) assert.ok((perDay ?? 0) >= 0)
      }),
    )
  })
})

describe('a name with its schema', () => {
  it('is told apart from every other, dots and quotes included', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (a, b, c, d) => {
        assert.equal(keyOf(a, b) === keyOf(c, d), a === c && b === d)
      }),
    )
  })
})
