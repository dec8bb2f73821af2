import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Difference, difference, spanSum } from './difference.ts'
import { type Entry, fromBody, nothing, type State, toBody } from './state.ts'

const usual: Entry = {
  ...{ userId: '10', id: '1', isTop: true, sinceMs: null, maxMs: 50 },
  ...{ calls: 10, totalMs: 100, rows: 10, hitBlocks: 20, readBlocks: 5, tempBytes: 0 },
}
const state = (atMs: number, entries: readonly Entry[], over: Partial<State> = {}): State => ({
  ...{ server: '7/5', atMs, resetMs: 1, evictions: 0, users: { 10: 'app' }, entries },
  rest: { ...nothing, count: 0 },
  ...over,
})
const compared = (older: State, newer: State): Difference => {
  const found = difference(older, newer)
  assert.ok(found !== undefined)
  return found
}
const rest = { ...nothing, count: 3 }

describe('the difference between two looks', () => {
  const cases: readonly (readonly [string, State, State, number | undefined])[] = [
    ['counts what was called in between', state(100, [usual]), state(200, [{ ...usual, calls: 14, totalMs: 140 }]), 4],
    ['leaves out what was not called', state(100, [usual]), state(200, [usual]), undefined],
    [
      'counts from zero what went down in calls',
      state(100, [usual]),
      state(200, [{ ...usual, calls: 3, totalMs: 30, rows: 3, hitBlocks: 6, readBlocks: 1 }]),
      3,
    ],
    [
      'counts from zero what went down in its blocks alone',
      state(100, [usual]),
      state(200, [{ ...usual, calls: 14, totalMs: 140, readBlocks: 1 }]),
      14,
    ],
    [
      'counts from zero what took longer in the mean than its longest call',
      state(100, [{ ...usual, calls: 13, totalMs: 13 }]),
      state(200, [{ ...usual, calls: 14, totalMs: 500 }]),
      14,
    ],
    [
      'counts from zero what the server counts anew',
      state(100, [{ ...usual, sinceMs: 10 }]),
      state(200, [{ ...usual, calls: 14, totalMs: 140, sinceMs: 150 }]),
      14,
    ],
    [
      'keeps to the difference when only the longest call was reset, which 17 can do',
      state(100, [{ ...usual, sinceMs: 10 }]),
      state(200, [{ ...usual, calls: 14, totalMs: 140, sinceMs: 10, maxMs: 0 }]),
      4,
    ],
    ['counts one that was not there, when all were kept', state(100, []), state(200, [usual]), 10],
    ['leaves out one that may have been there', state(100, [], { rest }), state(200, [usual]), undefined],
    [
      'counts one that may have been there when the server says it was not',
      state(100, [], { rest }),
      state(200, [{ ...usual, sinceMs: 150 }]),
      10,
    ],
    [
      'leaves out one that may have been there when the server says it was',
      state(100, [], { rest }),
      state(200, [{ ...usual, sinceMs: 50 }]),
      undefined,
    ],
    [
      'counts all from zero after a reset of all, whatever was kept before it',
      state(100, [usual], { rest }),
      state(200, [{ ...usual, calls: 14, totalMs: 140 }], { resetMs: 150 }),
      14,
    ],
    [
      'keeps roles and nested calls apart',
      state(100, [
        { ...usual, isTop: false },
        { ...usual, userId: '11' },
      ]),
      state(200, [usual]),
      10,
    ],
  ]
  for (const [what, older, newer, calls] of cases) {
    it(what, () => assert.equal(compared(older, newer).done[0]?.calls, calls))
  }

  it('begins at the reset, and says how many it left out', () => {
    const reset = compared(state(100, [usual]), state(200, [usual], { resetMs: 150 }))
    assert.deepEqual([reset.fromMs, reset.toMs, reset.wasReset], [150, 200, true])
    assert.equal(compared(state(100, [], { rest }), state(200, [usual])).unknown, 1)
  })

  it('counts how often the server made room', () => {
    const room = (before: number | null, after: number | null, resetMs = 1) =>
      compared(state(100, [], { evictions: before }), state(200, [], { evictions: after, resetMs })).evictions
    assert.deepEqual([room(2, 5), room(2, 1, 150), room(null, null)], [3, 1, null])
  })

  it('is none between two servers, a standby of the same included, and none backwards', () => {
    assert.equal(difference(state(100, [usual]), state(200, [usual], { server: '8/5' })), undefined)
    assert.equal(difference(state(100, [usual]), state(200, [usual], { resetMs: 50 })), undefined)
    assert.equal(difference(state(200, [usual]), state(100, [usual])), undefined)
    assert.equal(difference(state(100, [usual]), state(100, [usual])), undefined)
  })
})

const count = fc.integer({ min: 0, max: 1_000_000 })
const entry = fc.record(
  {
    userId: fc.constantFrom('10', '11'),
    id: fc.constantFrom('1', '-2', '3', '4'),
    isTop: fc.boolean(),
    sinceMs: fc.constant(null),
    maxMs: fc.integer({ min: 0, max: 1000 }),
    calls: count,
    totalMs: fc.double({ min: 0, max: 1e7, noNaN: true }),
    rows: count,
    hitBlocks: count,
    readBlocks: count,
    tempBytes: count,
  },
  { noNullPrototype: true },
)
const unlike = (entries: readonly Entry[]): Entry[] => [
  ...new Map(entries.map((one) => [`${one.userId} ${one.id} ${one.isTop}`, one])).values(),
]

describe('differences', () => {
  it('are never negative, whatever was reset or thrown out, and never more than what stands there', () => {
    fc.assert(
      fc.property(fc.array(entry), fc.array(entry), fc.boolean(), (before, after, isWhole) => {
        const newer = unlike(after)
        const older = state(100, unlike(before), isWhole ? {} : { rest })
        for (const one of compared(older, state(200, newer)).done) {
          const counted = newer.find(({ userId, id, isTop }) => {
            return userId === one.userId && id === one.id && isTop === one.isTop
          })
          assert.ok(counted !== undefined && one.calls > 0)
          for (const name of ['calls', 'totalMs', 'rows', 'hitBlocks', 'readBlocks', 'tempBytes'] as const) {
            assert.ok(one[name] >= 0 && one[name] <= counted[name], name)
          }
        }
      }),
    )
  })

  it('from look to look are together the whole difference, when nothing was reset', () => {
    const call = fc.record({
      key: fc.integer({ min: 0, max: 3 }),
      ms: fc.integer({ min: 0, max: 50 }),
      rows: fc.integer({ min: 0, max: 9 }),
    })
    fc.assert(
      fc.property(fc.array(fc.array(call), { minLength: 2, maxLength: 8 }), (spans) => {
        const counters = new Map<number, Entry>()
        const states = spans.map((calls, at) => {
          for (const { key, ms, rows } of calls) {
            const so = counters.get(key) ?? { ...usual, ...nothing, id: String(key), maxMs: 50 }
            counters.set(key, { ...so, calls: so.calls + 1, totalMs: so.totalMs + ms, rows: so.rows + rows })
          }
          return state(100 * (at + 1), [...counters.values()])
        })
        const [whole, parts] = [spanSum(), spanSum()]
        const [first, last] = [states[0], states.at(-1)]
        assert.ok(first !== undefined && last !== undefined)
        whole.add(compared(first, last))
        for (const [at, one] of states.slice(1).entries()) parts.add(compared(states[at] ?? first, one))
        assert.deepEqual([...(parts.span()?.done ?? [])].toSorted(), [...(whole.span()?.done ?? [])].toSorted())
      }),
    )
  })
})

describe('what is kept of a look', () => {
  it('is read as it was', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const kept = state(100, unlike(entries), { resetMs: null, evictions: null, rest })
        assert.deepEqual(fromBody(JSON.parse(JSON.stringify(toBody(kept)))), kept)
      }),
    )
  })

  it('by another version, or damaged, is nothing to compare with', () => {
    const body = toBody(state(100, [usual]))
    for (const other of [
      undefined,
      null,
      [],
      'text',
      { ...body, version: 99 },
      { ...body, entries: [['10', '1', true, null, 1]] },
      { ...body, entries: {} },
      { ...body, atMs: 'soon' },
    ]) {
      assert.equal(fromBody(other), undefined)
    }
  })
})
