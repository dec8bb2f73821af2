import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { inGroups } from './in-groups.ts'

describe('writes in groups', () => {
  it('go together when they are wanted together, each once and in order, and one group at a time', async () => {
    const groups: number[][] = []
    let writing = 0
    const add = inGroups<number>(async (items) => {
      assert.equal(++writing, 1)
      groups.push([...items])
      await new Promise((resolve) => setImmediate(resolve))
      writing--
    })
    await Promise.all([add(1), add(2), add(3)])
    await add(4)
    const late = add(5)
    while (groups.length < 3) await new Promise((resolve) => setImmediate(resolve))
    await Promise.all([late, add(6), add(7)])
    assert.deepEqual(groups, [[1, 2, 3], [4], [5], [6, 7]])
  })

  it('are told as done only when they are, and a failed group fails its own callers alone', async () => {
    let isWritten = false
    const add = inGroups<string>(async (items) => {
      if (items.includes('bad')) throw new Error('disk full')
      await new Promise((resolve) => setImmediate(resolve))
      isWritten = true
    })
    const results = await Promise.allSettled([add('bad'), add('beside')])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(isWritten, false)
    await add('later')
    assert.equal(isWritten, true)
  })
})
