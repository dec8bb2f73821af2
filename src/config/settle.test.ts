import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EndedError, NeverSettledError, settle } from './settle.ts'

describe('what is waited for', () => {
  it('is given when it comes, and thrown when it fails', async () => {
    assert.equal(await settle(() => Promise.resolve(1), 1000), 1)
    await assert.rejects(
      settle(() => Promise.reject(new Error('no')), 1000),
      /no/,
    )
  })

  it('is given up at its limit, and leaves no listener behind', async () => {
    const before = process.listenerCount('beforeExit') + process.listenerCount('uncaughtException')
    const alive = setInterval(() => undefined, 1000)
    await assert.rejects(
      settle(() => new Promise(() => undefined), 20),
      NeverSettledError,
    )
    clearInterval(alive)
    assert.equal(process.listenerCount('beforeExit') + process.listenerCount('uncaughtException'), before)
  })

  it('cannot end the program, however it calls for that, and everybody else still can', async () => {
    const { exit } = process
    const named = await import('node:process')
    const swallowed = async (): Promise<void> => {
      try {
        process.exit(0)
      } catch {
        // As a config that keeps what it does from failing.
      }
    }
    for (const work of [async () => process.exit(0), async () => named.exit(0), swallowed]) {
      await assert.rejects(settle(work, 1000), EndedError)
    }
    assert.equal(process.exit, exit)
    assert.equal(named.exit, exit)
  })
})
