import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NeverSettledError, settle } from './settle.ts'

describe('what is waited for', () => {
  it('is given when it comes, and thrown when it fails', async () => {
    assert.equal(await settle(Promise.resolve(1), 1000), 1)
    await assert.rejects(settle(Promise.reject(new Error('no')), 1000), /no/)
  })

  it('is given up at its limit, and leaves no listener behind', async () => {
    const before = process.listenerCount('beforeExit') + process.listenerCount('uncaughtException')
    const alive = setInterval(() => undefined, 1000)
    await assert.rejects(settle(new Promise(() => undefined), 20), NeverSettledError)
    clearInterval(alive)
    assert.equal(process.listenerCount('beforeExit') + process.listenerCount('uncaughtException'), before)
  })
})
