import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Store } from '../../src/store/store.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { at } from './store-samples.ts'
import { aClaim, aMessage, anAlert, anItem, anOutboxItem } from './watch-samples.ts'

const day = 86_400
const before = (days: number) => ({ alerts: at(days * day), messages: at(days * day) })
const nothing = { alerts: 0, messages: 0, silences: 0, looks: 0 }
const alertIds = async (store: Store): Promise<string[]> =>
  (await store.alerts.list({ limit: 1000 })).map(({ id }) => id).toSorted()
const messageIds = async (store: Store): Promise<string[]> =>
  (await store.outbox.list({ limit: 1000 })).map(({ id }) => id).toSorted()
const over = (id: string, days: number, system = 'shop') =>
  anAlert(id, { system, state: 'resolved', startedAt: at(0), resolvedAt: at(days * day) })

export function tidyContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: what is over and old`, () => {
    test('alerts are forgotten when they ended before, of one system; what is open stays, however old', () =>
      withStore(place, async (store) => {
        const open = [anAlert('firing'), anAlert('pending', { state: 'pending' })]
        await store.alerts.decide(
          [...open, over('old', 1), over('edge', 2), over('new', 3), over('else', 1, 'bank')],
          [],
        )
        assert.deepEqual(await store.tidy.forget('shop', before(2), 100), { ...nothing, alerts: 1 })
        assert.deepEqual(await alertIds(store), ['edge', 'else', 'firing', 'new', 'pending'])
        assert.deepEqual(await store.tidy.forget('shop', before(2), 100), nothing)
      }))

    test('messages are forgotten with their items once they ended; what waits, and what is loose, stays', () =>
      withStore(place, async (store) => {
        await store.alerts.decide([over('a1', 1)], [anOutboxItem('o1'), anOutboxItem('o2'), anOutboxItem('loose')])
        const team = { system: 'shop', channel: 'team' }
        assert.equal(await store.outbox.gather(aMessage('sent'), ['o1'], undefined), true)
        const seen = await store.outbox.gatheredAt(team)
        assert.equal(await store.outbox.gather(aMessage('waiting', { at: at(301) }), ['o2'], seen), true)
        await store.outbox.claim(aClaim('p1', 400))
        const end = { state: 'delivered', attempts: 1, nextAttemptAt: at(400), lastError: undefined } as const
        assert.equal(await store.outbox.settle('sent', 'p1', { ...end, deliveredAt: at(400) }), true)
        await store.outbox.add(aMessage('refused', { state: 'given-up', items: [anItem('gone')] }))
        await store.outbox.add(aMessage('fresh', { state: 'delivered', at: at(3 * day), items: [anItem('a1')] }))
        await store.outbox.add(aMessage('else', { system: 'bank', state: 'delivered' }))
        const gone = await store.tidy.forget('shop', { alerts: at(0), messages: at(2 * day) }, 100)
        assert.deepEqual(gone, { ...nothing, messages: 2 })
        assert.deepEqual(await messageIds(store), ['else', 'fresh', 'waiting'])
        assert.deepEqual((await store.outbox.get('waiting'))?.items.length, 1)
        assert.deepEqual(
          (await store.outbox.loose(team, 10)).map(({ id }) => id),
          ['loose'],
        )
      }))

    test('a message that told of an alert which is still open stays, so that it is never told again', () =>
      withStore(place, async (store) => {
        await store.alerts.decide([anAlert('a1')], [anOutboxItem('o1', { item: anItem('a1') })])
        await store.outbox.gather(aMessage('told'), ['o1'], undefined)
        await store.outbox.claim(aClaim('p1', 400))
        const end = { state: 'delivered', attempts: 1, nextAttemptAt: at(400), lastError: undefined } as const
        await store.outbox.settle('told', 'p1', { ...end, deliveredAt: at(400) })
        for (const id of ['m1', 'm2', 'm3']) {
          await store.outbox.add(aMessage(id, { at: at(500), state: 'delivered', items: [anItem('gone')] }))
        }
        // The one that stays is the oldest: the others are found behind it.
        assert.equal((await store.tidy.forget('shop', before(90), 1)).messages, 1)
        assert.equal((await store.tidy.forget('shop', before(90), 100)).messages, 2)
        assert.deepEqual(await messageIds(store), ['told'])
        await store.alerts.decide([anAlert('a1')], [anOutboxItem('o1', { item: anItem('a1') })])
        assert.deepEqual(await store.outbox.loose({ system: 'shop', channel: 'team' }, 10), [])
        await store.alerts.decide([over('a1', 80)], [])
        assert.deepEqual(await store.tidy.forget('shop', before(90), 100), { ...nothing, messages: 1, alerts: 1 })
      }))

    test('goes in small batches, the oldest first', () =>
      withStore(place, async (store) => {
        await store.alerts.decide(
          Array.from({ length: 25 }, (_, index) => over(`a${String(index).padStart(2, '0')}`, 1 + index)),
          [],
        )
        assert.equal((await store.tidy.forget('shop', before(90), 10)).alerts, 10)
        assert.equal((await alertIds(store))[0], 'a10')
        assert.equal((await store.tidy.forget('shop', before(90), 10)).alerts, 10)
        assert.equal((await store.tidy.forget('shop', before(90), 10)).alerts, 5)
      }))

    test('silences are forgotten when they are over, and looks at what nobody looks at any more', () =>
      withStore(place, async (store) => {
        const silence = { system: 'shop', matcher: {}, reason: 'r', createdBy: 'Ève', startsAt: at(0) }
        await store.silences.add({ ...silence, id: 's1', endsAt: at(day) })
        await store.silences.add({ ...silence, id: 's2', endsAt: at(100 * day) })
        const beat = { at: at(0), startedAt: at(0), stoppedAt: undefined, host: 'h', pid: 1 }
        const look = { status: 'pass', reason: undefined }
        await store.lastLooks.keep('shop', beat, [
          { ...look, step: 'api/gone', at: at(day) },
          { ...look, step: 'api/status', at: at(100 * day) },
        ])
        assert.deepEqual(await store.tidy.forget('shop', before(90), 100), { ...nothing, silences: 1, looks: 1 })
        assert.deepEqual(
          (await store.silences.at('shop', at(50 * day))).map(({ id }) => id),
          ['s2'],
        )
        assert.deepEqual(
          (await store.lastLooks.looks('shop')).map(({ step }) => step),
          ['api/status'],
        )
      }))
  })

  describe(`${name}: what the watch saw last`, () => {
    test('comes back as it was given, the newest look of each step, for each system', () =>
      withStore(place, async (store) => {
        assert.equal(await store.lastLooks.beat('shop'), undefined)
        const beat = { at: at(5), startedAt: at(0), stoppedAt: undefined, host: 'srv-é', pid: 42 }
        const reason = { code: 'http.fine', params: { status: 200, ms: 1.5 } }
        const looks = ['db/a', 'api/status'].map((step, n) => ({ step, status: 'pass', reason, at: at(n) }))
        await store.lastLooks.keep('shop', beat, looks)
        await store.lastLooks.keep('bank', { ...beat, pid: 43 }, [])
        assert.deepEqual(await store.lastLooks.beat('shop'), beat)
        assert.deepEqual(await store.lastLooks.looks('shop'), looks.toReversed())
        const stopped = { ...beat, at: at(9), stoppedAt: at(9) }
        const failing = { step: 'db/a', status: 'fail', reason: undefined, at: at(8) }
        await store.lastLooks.keep('shop', stopped, [failing])
        assert.deepEqual(await store.lastLooks.beat('shop'), stopped)
        assert.deepEqual(await store.lastLooks.looks('shop'), [looks[1], failing])
        assert.equal((await store.lastLooks.beat('bank'))?.pid, 43)
        assert.deepEqual(await store.lastLooks.looks('bank'), [])
      }))
  })
}
