import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { Agent, type Dispatcher } from 'undici'
import { AbortedError, exchange } from './exchange.ts'

const request = { origin: 'http://127.0.0.1:1', path: '/', method: 'GET' }
const unheard = { onHead: () => assert.fail('heard'), onPiece: () => assert.fail('heard') }

/** Does not connect until it is told to. */
class Waiting {
  connect: () => void = () => undefined
  aborted: Error | undefined
  dispatch(_: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    const abort = (reason: Error): void => {
      this.aborted = reason
      handler.onResponseError?.(controller, reason)
    }
    const rest = { aborted: false, paused: false, reason: null, pause: () => undefined, resume: () => undefined }
    const controller = { ...rest, abort }
    this.connect = () => handler.onRequestStart?.(controller, {})
    return true
  }
}

describe('an exchange', () => {
  it('that waits for a connection is over at once when it is given up, and sends nothing later', async () => {
    const waiting = new Waiting()
    const { done, abort } = exchange(waiting, request, unheard)
    abort()
    await assert.rejects(done, AbortedError)
    const before = waiting.aborted
    waiting.connect()
    assert.deepEqual([before, waiting.aborted instanceof AbortedError], [undefined, true])
  })

  it('is done when its reader has enough, and closes the connection', async () => {
    const server = createServer((_, response) => {
      response.once('close', () => server.emit('gone'))
      response.write('first')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const agent = new Agent()
    const gone = once(server, 'gone')
    const pieces: string[] = []
    const onPiece = (piece: Buffer): boolean => {
      pieces.push(piece.toString())
      return false
    }
    await exchange(agent, { ...request, origin }, { onHead: () => undefined, onPiece }).done
    await gone
    assert.deepEqual(pieces, ['first'])
    await agent.destroy()
    server.close()
  })
})
