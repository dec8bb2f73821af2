import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { owe } from '../core/owed-work.ts'
import { CanceledError, TimeLimitError, withTimeLimit } from './time-limit.ts'

const graceMs = 30
const never = new AbortController().signal

describe('the time limit of a step', () => {
  it('gives up on work that does not heed it, a grace later', async () => {
    await assert.rejects(
      withTimeLimit(10, never, () => wait(60_000, undefined, { ref: false }), graceMs),
      TimeLimitError,
    )
  })

  it('waits for what the work owes to others, and for what it then has to tell', async () => {
    const done: string[] = []
    const canceled = new AbortController()
    const work = withTimeLimit(
      60_000,
      canceled.signal,
      async (signal) => {
        await owe(
          signal,
          (async () => {
            await wait(5 * graceMs)
            done.push('containers run again')
          })(),
        )
        await wait(graceMs / 3)
        done.push('told')
        signal.throwIfAborted()
      },
      graceMs,
    )
    canceled.abort()
    await assert.rejects(work, CanceledError)
    assert.deepEqual(done, ['containers run again', 'told'])
  })

  it('waits for a debt that was made while another was paid, and gives up when none is left', async () => {
    const done: string[] = []
    const work = withTimeLimit(
      1,
      never,
      async (signal) => {
        for (const one of ['a', 'b'])
          await owe(
            signal,
            wait(2 * graceMs).then(() => done.push(one)),
          )
        await wait(60_000, undefined, { ref: false })
      },
      graceMs,
    )
    await assert.rejects(work, TimeLimitError)
    assert.deepEqual(done, ['a', 'b'])
  })

  it('tells what such work failed with', async () => {
    const failing = withTimeLimit(
      60_000,
      never,
      (signal) => owe(signal, Promise.reject(new Error('not put back'))),
      graceMs,
    )
    await assert.rejects(failing, /not put back/)
  })
})
