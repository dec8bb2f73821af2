import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { blockingTrees } from './blocking-tree.ts'
import type { Session } from './sessions.ts'

const aSession = (pid: number, blockers: readonly number[]): Session => ({
  pid,
  user: 'app',
  application: 'api',
  isClient: true,
  state: 'active',
  statement: 'update t set a = ?',
  statementMs: 1,
  stateMs: 1,
  waitMs: blockers.length > 0 ? 1 : null,
  isReplay: false,
  isHidden: false,
  blockers,
  role: 'vigie',
})

const treesOf = (edges: Readonly<Record<number, readonly number[]>>): readonly (readonly [number, number[]])[] =>
  blockingTrees(Object.entries(edges).map(([pid, blockers]) => aSession(Number(pid), blockers))).map(
    ({ root, waiting }) => [root, waiting.map(({ pid }) => pid)],
  )

describe('blockingTrees', () => {
  it('finds nothing where nobody waits', () => assert.deepEqual(treesOf({ 1: [], 2: [] }), []))
  it('tells a chain by its root', () => assert.deepEqual(treesOf({ 1: [], 2: [1], 3: [2], 4: [3] }), [[1, [2, 3, 4]]]))
  it('puts the longest queue first', () =>
    assert.deepEqual(treesOf({ 1: [], 2: [1], 5: [], 6: [5], 7: [5] }), [
      [5, [6, 7]],
      [1, [2]],
    ]))
  it('counts a session below each root that holds it up', () =>
    assert.deepEqual(treesOf({ 1: [], 2: [], 3: [1, 2] }), [
      [1, [3]],
      [2, [3]],
    ]))
  it('gives a circle a root, and those who wait behind it too', () =>
    assert.deepEqual(treesOf({ 3: [4], 4: [3], 2: [3] }), [[3, [4, 2].toSorted((a, b) => a - b)]]))
  it('takes a prepared transaction, which has no session, as root 0', () =>
    assert.deepEqual(treesOf({ 2: [0], 3: [2] }), [[0, [2, 3]]]))

  it('ends for every graph, with every waiting session below a root or a root itself', () => {
    const graph = fc.array(fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 3 }), { maxLength: 8 })
    fc.assert(
      fc.property(graph, (edges) => {
        const sessions = edges.map((blockers, position) =>
          aSession(
            position + 1,
            blockers.filter((pid) => pid !== position + 1),
          ),
        )
        const trees = blockingTrees(sessions)
        const placed = new Set(trees.flatMap(({ root, waiting }) => [root, ...waiting.map(({ pid }) => pid)]))
        for (const { pid, blockers } of sessions) {
          if (blockers.length > 0) assert.ok(placed.has(pid), `${pid} is lost`)
        }
        for (const { root, waiting } of trees) assert.ok(waiting.every(({ pid }) => pid !== root))
      }),
    )
  })
})
