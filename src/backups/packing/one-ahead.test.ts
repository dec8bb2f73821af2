import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { oneAhead } from './one-ahead.ts'

describe('streams that are begun one ahead', () => {
  const seen: string[] = []
  const stream = (name: string, count: number, fails = false) =>
    async function* () {
      seen.push(`${name} begins`)
      try {
        for (let piece = 0; piece < count; piece++) yield `${name}${piece}`
        if (fails) throw new Error(name)
      } finally {
        await wait(1)
        seen.push(`${name} ends`)
      }
    }

  it('come in their order, each begun when the one before it has given so many, also those that give nothing', async () => {
    seen.length = 0
    const got = []
    for await (const piece of oneAhead([stream('a', 3), stream('b', 0), stream('c', 1)], 2)) {
      got.push(piece)
      if (got.length === 2) assert.deepEqual(seen, ['a begins'])
      if (got.length === 3) assert.deepEqual(seen, ['a begins', 'b begins'])
    }
    assert.deepEqual(got, ['a0', 'a1', 'a2', 'c0'])
    assert.deepEqual(seen.toSorted(), ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    for await (const _ of oneAhead([])) assert.fail('nothing is given of nothing')
  })

  it('throw in their turn, and leave nothing begun', async () => {
    seen.length = 0
    const got: string[] = []
    await assert.rejects(async () => {
      for await (const piece of oneAhead([stream('a', 2), stream('b', 0, true), stream('c', 1)], 1)) got.push(piece)
    }, /^Error: b$/)
    assert.deepEqual(got, ['a0', 'a1'])
    assert.deepEqual(seen, ['a begins', 'b begins', 'b ends', 'a ends'])
  })

  it('are all ended when nobody wants more', async () => {
    seen.length = 0
    const streams = [stream('a', 9), stream('b', 9), stream('c', 9)]
    for await (const _ of oneAhead(streams)) break
    assert.deepEqual(seen.splice(0), ['a begins', 'a ends'])
    for await (const piece of oneAhead(streams, 1)) if (piece === 'a1') break
    assert.deepEqual(seen.toSorted(), ['a begins', 'a ends', 'b begins', 'b ends'])
  })
})
