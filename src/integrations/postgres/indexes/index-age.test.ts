import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { PrimarySight } from '../replicas/primary.ts'
import { primaryAgeMs } from '../replicas/primary.ts'
import { fullXid, knownAgeMs } from './index-age.ts'

const dayMs = 86_400_000
const now = Date.parse('2026-11-21T00:00:00Z')

/** A primary whose oldest transaction was seen at so many days ago. */
function sight(
  seen: Readonly<Record<number, number>>,
  more: { timeline?: number; nextXid?: number } = {},
): PrimarySight {
  const { timeline = 1, nextXid = 1000 } = more
  return {
    primary: {
      ...{ ok: true, columns: [], serverVersion: 180_000, isStandby: false, isCounting: true, durationMs: 1 },
      rows: [{ system: '7', timeline, oldestXid: nextXid, nextXid }],
    },
    xidsBefore: Object.entries(seen)
      .map(([days, value]) => ({ at: new Date(now - Number(days) * dayMs), value }))
      .toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    promotedAgeMs: undefined,
  }
}

describe('the age of an index', () => {
  const looks = sight({ 50: 400, 40: 500, 20: 600, 1: 700 })
  const cases: readonly (readonly [string, readonly [number, number, number], number | undefined])[] = [
    ['is not known before a look that came after it', [800, 800, 100], undefined],
    ['reaches back to the first look that found its transaction ended', [500, 500, 100], 20],
    ['does not reach back to a look at which its transaction ran', [400, 400, 100], 40],
    ['is that of the row not written again', [650, 499, 100], 40],
    ['is at most that of its database, which may be a copy', [300, 300, 650], 1],
    ['of rows of initdb is that of the first look', [1, 2, 1], 50],
  ]
  for (const [title, rowXids, days] of cases) {
    it(title, () =>
      assert.equal(
        knownAgeMs({ rowXids, committedAgeMs: null, parts: [] }, looks, now),
        days === undefined ? days : days * dayMs,
      ),
    )
  }

  it('is told by the time of its commit where the server keeps it, when that reaches back further', () => {
    assert.equal(knownAgeMs({ rowXids: [800, 800, 1], committedAgeMs: 3 * dayMs, parts: [] }, looks, now), 3 * dayMs)
    assert.equal(knownAgeMs({ rowXids: [500, 500, 1], committedAgeMs: 3 * dayMs, parts: [] }, looks, now), 20 * dayMs)
  })
})

describe('the age of an index of a partitioned table', () => {
  const looks = sight({ 50: 400, 40: 500, 20: 600, 1: 700 })
  const part = (xid: number) => ({ rowXids: [xid, xid, 1] as const, committedAgeMs: null })
  const age = (own: number, parts: readonly number[]): number | undefined =>
    knownAgeMs({ ...part(own), parts: parts.map(part) }, looks, now)

  it('reaches back to its oldest partition, whatever has been added since', () => {
    assert.equal(age(300, [450, 650, 900]), 40 * dayMs)
    assert.equal(age(550, [300, 650]), 20 * dayMs)
  })

  it('is not known when all its partitions are new: others may have been read and dropped', () => {
    assert.equal(age(300, [900, 950]), undefined)
  })
})

describe('a 32-bit transaction id', () => {
  it('stands for the youngest transaction that has ended it, however often the ids went round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 2 ** 45 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (full, behind) => {
        fc.pre(full % 2 ** 32 >= 3)
        assert.equal(fullXid(full % 2 ** 32, full + 1 + behind), full)
      }),
    )
  })

  it('never makes a row older than it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 2 ** 45 }), fc.integer({ min: 0, max: 2 ** 40 }), (full, behind) => {
        fc.pre(full % 2 ** 32 >= 3)
        assert.ok(fullXid(full % 2 ** 32, full + 1 + behind) >= full)
      }),
    )
  })
})

describe('the time that a server is known to be the primary', () => {
  it('has no limit when it was never promoted', () => {
    assert.equal(primaryAgeMs(sight({}), now), Number.POSITIVE_INFINITY)
  })

  it('begins with its promotion, or with the first look after it where that is not shown', () => {
    const promoted = sight({ 40: 500, 20: 600 }, { timeline: 2 })
    assert.equal(primaryAgeMs(promoted, now), 40 * dayMs)
    assert.equal(primaryAgeMs({ ...promoted, promotedAgeMs: 90 * dayMs }, now), 90 * dayMs)
    assert.equal(primaryAgeMs(sight({}, { timeline: 2 }), now), 0)
  })
})
