import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { ownClock } from '../support/own-clock.ts'
import { startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'

const [second, minute] = [1000, 60_000]
const well = { status: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"ok"}' }

describe('a service that is down', () => {
  let api: HttpReceiver
  let chat: HttpReceiver
  let system: ScratchSystem
  before(async () => {
    api = await startHttpReceiver()
    api.answer(well)
    chat = await startHttpReceiver()
    system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: { api: http({ url: '${api.url}', health: '/health', checks: { status: { timeout: '1s' }, latency: { every: '1m', samples: 1 } } }) },
  channels: { chat: { kind: 'slack', url: '${chat.url}/services/T/B/x' } },
} as never)
`)
  })
  after(async () => {
    await api[Symbol.asyncDispose]()
    await chat[Symbol.asyncDispose]()
    system.remove()
  })

  it('is one alert, however long it gives no data, and one notice of its end', async () => {
    const daemon = await startOwnDaemon(system, ownClock(new Date('2026-11-21T10:00:00Z')))
    const alerts = async () =>
      (await daemon.store.alerts.list({ system: 'Shop', limit: 100 })).map(({ rule, state }) => `${rule} ${state}`)
    try {
      await daemon.pass(3 * minute, 10 * second)
      assert.deepEqual(
        await daemon.store.series.names('Shop').then((names) => names.includes('http_response_seconds')),
        true,
      )
      assert.deepEqual(await alerts(), [])
      const { port } = new URL(api.url)
      await api[Symbol.asyncDispose]()
      await daemon.pass(15 * minute, 10 * second)
      const [alert, ...others] = await alerts()
      assert.match(alert ?? '', /^api\/(?:status|health) firing$/)
      assert.deepEqual(others, [])
      assert.equal(chat.received.length, 1)
      api = await startHttpReceiver(Number(port))
      api.answer(well)
      await daemon.pass(15 * minute, 10 * second)
      assert.deepEqual(await alerts(), [alert?.replace('firing', 'resolved')])
      assert.equal(chat.received.length, 2)
      assert.deepEqual(daemon.told, [])
    } finally {
      await daemon.stop()
    }
  })
})
