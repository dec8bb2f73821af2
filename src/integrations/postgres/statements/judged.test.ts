import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Done, Span } from './difference.ts'
import { type RepeatedLimits, repeatedIn, slowerThan, usualRepeated } from './judged.ts'
import { shortText } from './texts-of.ts'

const done = (id: string, calls: number, totalMs: number, rows: number, over: Partial<Done> = {}): Done => ({
  ...{ key: `10:${id}:top`, id, userId: '10', isTop: true, calls, totalMs, rows },
  ...{ hitBlocks: 0, readBlocks: 0, tempBytes: 0 },
  ...over,
})
const span = (all: readonly Done[], seconds = 3600): Span => ({
  ...{ fromMs: 0, toMs: seconds * 1000, unknown: 0, wasReset: false, evictions: 0, meansMs: new Map() },
  done: new Map(all.map((one) => [one.key, one])),
})

describe('a statement is slower than a week before', () => {
  const limits = { slowdown: 2, minShare: 0.05, minCalls: 30 }
  const rest = done('9', 100, 1000, 100)
  const cases: readonly (readonly [string, Done, Done | undefined, boolean])[] = [
    ['at twice the mean', done('1', 100, 1000, 1), done('1', 100, 500, 1), true],
    ['not below it', done('1', 100, 990, 1), done('1', 100, 500, 1), false],
    ['not with a small share of the time', done('1', 100, 40, 1), done('1', 100, 10, 1), false],
    ['not with few calls now', done('1', 29, 1000, 1), done('1', 100, 100, 1), false],
    ['not with few calls then', done('1', 100, 1000, 1), done('1', 29, 100, 1), false],
    ['not when it was not there then', done('1', 100, 1000, 1), undefined, false],
    ['not when it is only called more often', done('1', 1000, 5000, 1), done('1', 100, 500, 1), false],
  ]
  for (const [what, now, before, isSlower] of cases) {
    it(what, () => {
      const found = slowerThan(span([now, rest]), span(before === undefined ? [rest] : [before, rest]), limits)
      assert.equal(found.length, isSlower ? 1 : 0)
    })
  }
})

describe('a statement looks like N+1', () => {
  const texts = new Map([
    ['1', 'select * from tags where book = $1'],
    ['2', 'select * from books limit $1'],
    ['3', 'update books set n = $1 where id = $2'],
    ['4', 'select $1'],
    ['5', 'SELECT(a) FROM settings'],
    ['6', 'select * from orders'],
  ])
  const list = done('2', 100, 500, 5000)
  const cases: readonly (readonly [string, readonly Done[], Partial<RepeatedLimits>, number, string | undefined])[] = [
    ['called once for each row of a list', [done('1', 5000, 500, 5000), list], {}, 3600, 'parent'],
    ['not when the list gives other rows', [done('1', 300, 500, 300), list], {}, 3600, undefined],
    [
      'not when the list is of another role',
      [done('1', 5000, 500, 5000), { ...list, userId: '11' }],
      {},
      86_400,
      undefined,
    ],
    ['not when it gives many rows a call', [done('1', 5000, 500, 500_000), list], {}, 3600, undefined],
    ['not when it changes rows', [done('3', 5000, 500, 5000), list], {}, 3600, undefined],
    ['not when it reads no table', [done('4', 5000, 500, 5000), list], {}, 3600, undefined],
    ['not when it is seldom', [done('1', 99, 500, 99), done('2', 2, 500, 99)], {}, 3600, undefined],
    ['not within a function', [done('1', 5000, 500, 5000, { isTop: false }), list], {}, 86_400, undefined],
    ['above the requests that are declared', [done('1', 36_000, 500, 1)], { requestsPerSecond: 2 }, 3600, 'request'],
    [
      'not within the requests that are declared',
      [done('1', 36_000, 500, 1)],
      { requestsPerSecond: 3 },
      3600,
      undefined,
    ],
    ['far above all others, and often', [done('5', 36_000, 500, 1), done('6', 100, 500, 1)], {}, 3600, 'others'],
    ['far above nothing else at all', [done('1', 500, 5, 500)], {}, 10, 'others'],
    ['not when it only polls', [done('5', 3600, 500, 1), done('6', 100, 500, 1)], {}, 3600, undefined],
    ['not at the rate of the others', [done('5', 36_000, 500, 1), done('6', 20_000, 500, 1)], {}, 3600, undefined],
    [
      'not with a small share of time and calls',
      [done('1', 5000, 5, 5000), list, done('6', 500_000, 900, 500_000_000)],
      {},
      86_400,
      undefined,
    ],
  ]
  for (const [what, all, limits, seconds, why] of cases) {
    it(what, () => {
      const found = repeatedIn(span(all, seconds), texts, { ...usualRepeated, ...limits })
      assert.deepEqual(
        found.map((one) => one.why),
        why === undefined ? [] : [why],
      )
    })
  }

  it('tells how often, for each call of which', () => {
    const [one] = repeatedIn(span([done('1', 5000, 500, 5000), list]), texts, usualRepeated)
    assert.equal(one?.parent?.id, '2')
    assert.equal(one?.times, 50)
    assert.equal(Math.round(one?.callsPerMinute ?? 0), 83)
  })
})

describe('the text of a statement', () => {
  it('is short, on one line and without literals', () => {
    assert.equal(shortText("set role 'anna'  -- anna\n; "), 'set role ? ;')
    assert.equal(shortText(`select ${'a, '.repeat(400)}'anna`).length, 500)
    assert.doesNotMatch(shortText(`create user x password 'anna`), /anna/)
  })
})
