import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { runCommand } from './command-runner.ts'

const signal = new AbortController().signal
const options = { signal, graceMs: 200 }

async function* pieces(count: number, size: number, whole = createHash('sha256')): AsyncIterable<Uint8Array> {
  for (let piece = 0; piece < count; piece++) {
    const bytes = randomBytes(size)
    whole.update(bytes)
    yield bytes
  }
}

describe('a command whose streams are handed on', () => {
  test('gives every byte to whoever takes slowly, and keeps none', async () => {
    const [sent, got] = [createHash('sha256'), createHash('sha256')]
    let bytes = 0
    const result = await runCommand(
      {
        argv: ['cat'],
        stdin: pieces(300, 50_000, sent),
        onStdout: async (piece) => {
          got.update(piece)
          bytes += piece.length
          if (bytes % 7 === 0) await wait(1)
        },
      },
      options,
    )
    assert.deepEqual([result.outcome, result.exitCode, result.stdout], ['exited', 0, ''])
    assert.deepEqual([bytes, result.outputBytes], [15_000_000, 15_000_000])
    assert.equal(got.digest('hex'), sent.digest('hex'))
  })

  test('is not cut when it ends long before its output was taken', async () => {
    let bytes = 0
    const take = async (piece: Uint8Array): Promise<void> => {
      if (bytes === 0) await wait(700)
      bytes += piece.length
    }
    await runCommand({ argv: ['head', '-c', '50000', '/dev/zero'], onStdout: take }, options)
    assert.equal(bytes, 50_000)
  })

  test('ends, with all that it started, when its output cannot be taken or its input cannot be read', async () => {
    const full = async (): Promise<void> => {
      throw new Error('the disk is full')
    }
    const argv: [string, ...string[]] = ['sh', '-c', 'cat /dev/zero']
    await assert.rejects(runCommand({ argv, onStdout: full }, options), /the disk is full/)
    const cut = async function* (): AsyncIterable<Uint8Array> {
      yield randomBytes(10)
      throw new Error('the network was cut')
    }
    await assert.rejects(runCommand({ argv: ['cat'], stdin: cut() }, options), /the network was cut/)
  })

  test('may stop reading, and its exit code is told', async () => {
    const result = await runCommand({ argv: ['sh', '-c', 'head -c 3; exit 4'], stdin: pieces(1000, 100_000) }, options)
    assert.deepEqual([result.outcome, result.exitCode, result.outputBytes], ['exited', 4, 3])
  })

  test('is ended at its time limit while nobody takes its output', async () => {
    const never = (): Promise<void> => new Promise(() => undefined)
    const result = await runCommand({ argv: ['cat', '/dev/zero'], onStdout: never, timeoutMs: 300 }, options)
    assert.equal(result.outcome, 'timed-out')
  })

  test('that is not there is an outcome', async () => {
    const take = async (): Promise<void> => undefined
    const result = await runCommand({ argv: ['no-such-tool'], stdin: pieces(3, 10), onStdout: take }, options)
    assert.equal(result.outcome, 'not-found')
  })
})
