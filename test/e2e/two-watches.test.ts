import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startHttpReceiver } from '../support/http-receiver.ts'
import { ownClock } from '../support/own-clock.ts'
import { startOwnDaemon } from '../support/own-daemon.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const [second, minute] = [1000, 60_000]

describe('two processes that watch one system with one state', () => {
  it('tell a failure once, and its end once', async () => {
    let api = await startHttpReceiver()
    const chat = await startHttpReceiver()
    const system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: { api: http({ url: '${api.url}', checks: { status: { every: '30s', timeout: '1s' } } }) },
  channels: { chat: { kind: 'slack', url: '${chat.url}/services/T/B/x' } },
} as never)
`)
    const start = new Date('2026-11-21T10:00:00Z')
    const one = await startOwnDaemon(system, ownClock(start))
    const other = await startOwnDaemon(system, ownClock(start))
    const pass = async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 10 * second) {
        await one.pass(10 * second, 10 * second)
        await other.pass(10 * second, 10 * second)
      }
    }
    try {
      await pass(minute)
      const { port } = new URL(api.url)
      await api[Symbol.asyncDispose]()
      await pass(3 * minute)
      const firing = await one.store.alerts.list({ system: 'Shop', states: ['firing'], limit: 9 })
      assert.deepEqual(
        firing.map(({ rule }) => rule),
        ['api/status'],
      )
      assert.equal(chat.received.length, 1)
      api = await startHttpReceiver(Number(port))
      await pass(3 * minute)
      assert.deepEqual(await one.store.alerts.list({ system: 'Shop', states: ['firing'], limit: 9 }), [])
      assert.equal(chat.received.length, 2)
      assert.deepEqual([...one.told, ...other.told], [])
    } finally {
      await one.stop()
      await other.stop()
      await api[Symbol.asyncDispose]()
      await chat[Symbol.asyncDispose]()
      system.remove()
    }
  })
})
