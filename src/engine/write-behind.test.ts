import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { writeBehind } from './write-behind.ts'

describe('writes behind', () => {
  it('let their callers go on until there are too many', async () => {
    const first = Promise.withResolvers<void>()
    const second = Promise.withResolvers<void>()
    const writes = writeBehind(2, () => assert.fail('none fails'))
    await writes.add(() => first.promise)
    let hasGoneOn = false
    const adding = writes.add(() => second.promise).then(() => (hasGoneOn = true))
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(hasGoneOn, false)
    second.resolve()
    await adding
    first.resolve()
    await writes.end()
  })

  it('end only when the last is done', async () => {
    const last = Promise.withResolvers<void>()
    const writes = writeBehind(8, () => assert.fail('none fails'))
    await writes.add(() => last.promise)
    let hasEnded = false
    const ending = writes.end().then(() => (hasEnded = true))
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(hasEnded, false)
    last.resolve()
    await ending
  })

  it('tell of the first that failed at once, take no more, and throw it at the end', async () => {
    let told = 0
    const writes = writeBehind(8, () => told++)
    await writes.add(() => Promise.reject(new Error('disk full')))
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(told, 1)
    await assert.rejects(
      writes.add(() => assert.fail('is not begun')),
      /disk full/,
    )
    await assert.rejects(writes.end(), /disk full/)
  })
})
