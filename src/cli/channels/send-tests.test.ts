import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startHttpReceiver } from '../../../test/support/http-receiver.ts'
import { notifyTexts } from '../../../test/support/notifications.ts'
import { notifySystemWith, notifyWorld } from '../../../test/support/notify-world.ts'
import { createHttpClient } from '../../platform/http-client.ts'
import { sendTests } from './send-tests.ts'

describe('a test of a channel', () => {
  it('could not tell when nothing comes back, is given up, and proves nothing', async () => {
    await using receiver = await startHttpReceiver()
    receiver.answer({ status: 0 })
    const system = await notifySystemWith({ chat: { kind: 'slack', url: `${receiver.url}/services/T/B/x` } })
    await using world = await notifyWorld(system)
    const http = createHttpClient({})
    const { outbox } = world.store
    const { clock } = world
    const sent = sendTests({
      ...{ outbox, clock, http, systems: [system], isAsked: () => true, messages: notifyTexts, by: 'Léa' },
      signal: new AbortController().signal,
    })
    await receiver.until(1)
    clock.advance(31_000)
    const [one] = await sent
    await http.close()
    assert.deepEqual([one?.status, one?.reason?.code], ['unknown', 'notify.timed-out'])
    assert.equal((await outbox.get(one?.message ?? ''))?.state, 'given-up')
    assert.equal((await outbox.proofs('shop')).size, 0)
  })

  it('could not tell when another process holds it and says nothing', async () => {
    await using receiver = await startHttpReceiver()
    const system = await notifySystemWith({ chat: { kind: 'slack', url: `${receiver.url}/services/T/B/x` } })
    await using world = await notifyWorld(system)
    const http = createHttpClient({})
    const { clock } = world
    const taken = Promise.withResolvers<void>()
    const outbox: typeof world.store.outbox = {
      ...world.store.outbox,
      claim: async (claim) => {
        await world.store.outbox.claim({ ...claim, sender: 'another' })
        taken.resolve()
        return []
      },
    }
    const sent = sendTests({
      ...{ outbox, clock, http, systems: [system], isAsked: () => true, messages: notifyTexts, by: 'Léa' },
      signal: new AbortController().signal,
    })
    await taken.promise
    clock.advance(46_000)
    const [one] = await sent
    await http.close()
    assert.equal(one?.status, 'unknown')
    assert.equal(receiver.received.length, 0)
  })
})
