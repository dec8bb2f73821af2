import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Store } from '../../src/store/store.ts'
import { type StorePlace, withStore } from './store-place.ts'
import { at, halfCharacter } from './store-samples.ts'
import { aClaim, aMessage, anAlert, anItem, anOutboxItem } from './watch-samples.ts'
import { startWorker, together } from './worker-process.ts'

const team = { system: 'shop', channel: 'team' }
const looseIds = async (store: Store, of = team): Promise<string[]> =>
  (await store.outbox.loose(of, 1000)).map(({ id }) => id)
const end = { attempts: 1, nextAttemptAt: at(900), lastError: undefined, deliveredAt: undefined } as const

export function outboxContract(name: string, place: () => Promise<StorePlace>): void {
  describe(`${name}: alerts`, () => {
    test('what was decided comes back as it was given', () =>
      withStore(place, async (store) => {
        const alert = anAlert('a1', {
          remedy: { code: 'x.y', params: { none: null } },
          silencedBy: `Ève${halfCharacter}`,
        })
        const item = anOutboxItem('a1/firing/team', {
          item: anItem('a1', { remedy: 'do', resolvedAt: at(9), acknowledgeUrl: 'https://v/ack/1' }),
        })
        await store.alerts.decide([alert, anAlert('a2', { startedAt: at(5), value: undefined })], [item])
        assert.deepEqual(await store.alerts.get('a1'), { ...alert, silencedBy: 'Ève\ufffd' })
        assert.deepEqual(
          (await store.alerts.list({ limit: 10 })).map(({ id }) => id),
          ['a2', 'a1'],
        )
        assert.deepEqual(await store.outbox.loose(team, 10), [item])
        assert.deepEqual(await store.outbox.looseChannels(['shop', 'other']), [team])
        assert.deepEqual(await store.outbox.looseChannels(['other']), [])
        assert.equal(await store.alerts.get('a3'), undefined)
      }))

    test('lists by state, and a later decision replaces the row', () =>
      withStore(place, async (store) => {
        await store.alerts.decide([anAlert('a1'), anAlert('a2', { state: 'pending' })], [])
        await store.alerts.decide([anAlert('a1', { state: 'resolved', resolvedAt: at(600) })], [])
        const ids = async (states: ('pending' | 'firing' | 'resolved')[]) =>
          (await store.alerts.list({ system: 'shop', states, limit: 10 })).map(({ id }) => id)
        assert.deepEqual(await ids(['pending', 'firing']), ['a2'])
        assert.deepEqual(await ids(['resolved']), ['a1'])
        assert.deepEqual(await store.alerts.list({ system: 'other', limit: 10 }), [])
      }))

    test('decided again, an outbox item whose id is known is not told again, be it loose or gathered', () =>
      withStore(place, async (store) => {
        await store.alerts.decide([anAlert('a1')], [anOutboxItem('o1')])
        await store.alerts.decide([anAlert('a1')], [anOutboxItem('o1'), anOutboxItem('o2')])
        assert.deepEqual(await looseIds(store), ['o1', 'o2'])
        assert.equal(await store.outbox.gather(aMessage('m1'), ['o1', 'o2'], undefined), true)
        await store.alerts.decide([anAlert('a1')], [anOutboxItem('o1'), anOutboxItem('o2')])
        assert.deepEqual(await looseIds(store), [])
      }))

    test('of one alert that is decided twice in one call, the later counts', () =>
      withStore(place, async (store) => {
        const over = anAlert('a1', { state: 'resolved', resolvedAt: at(600) })
        await store.alerts.decide([anAlert('a1', { state: 'pending' }), anAlert('a1'), over], [])
        assert.equal((await store.alerts.get('a1'))?.state, 'resolved')
      }))

    test('what is over is not opened again by who did not know yet, and nothing of that is told', () =>
      withStore(place, async (store) => {
        const item = (id: string, alert: string) => anOutboxItem(id, { item: anItem(alert) })
        await store.alerts.decide([anAlert('a1', { state: 'resolved', resolvedAt: at(600) })], [])
        await store.alerts.decide([anAlert('a1'), anAlert('a2')], [item('o1', 'a1'), item('o2', 'a2')])
        assert.deepEqual(
          (await store.alerts.list({ states: ['firing'], limit: 9 })).map(({ id }) => id),
          ['a2'],
        )
        assert.deepEqual(await looseIds(store), ['o2'])
      }))

    test('of one key one alert is open: a second one is not kept nor told, until the first is over', () =>
      withStore(place, async (store) => {
        const same = { key: 'api/down' }
        const over = { ...same, state: 'resolved', resolvedAt: at(600) } as const
        const item = (id: string, alert: string) => anOutboxItem(id, { item: anItem(alert) })
        const firing = async () =>
          (await store.alerts.list({ states: ['firing'], limit: 9 })).map(({ id }) => id).sort()
        assert.equal((await store.alerts.decide([anAlert('a1', same)], [item('o1', 'a1')])).size, 0)
        const others = [anAlert('b1', same), anAlert('b2', { ...same, system: 'other' }), anAlert('b3')]
        const known = await store.alerts.decide(others, [item('o2', 'b1'), item('o3', 'b3')])
        assert.deepEqual([...known], [['b1', 'a1']])
        assert.deepEqual(await firing(), ['a1', 'b2', 'b3'])
        assert.deepEqual(await looseIds(store), ['o1', 'o3'])
        await store.alerts.decide([anAlert('c1', same), anAlert('a1', over)], [item('o4', 'c1')])
        assert.deepEqual(await firing(), ['b2', 'b3', 'c1'], 'one takes the place of another in one decision')
        assert.deepEqual(await looseIds(store), ['o1', 'o3', 'o4'])
      }))

    test('a decision that cannot be kept whole is not kept at all', () =>
      withStore(place, async (store) => {
        const broken = { ...anOutboxItem('o2'), channel: null as unknown as string }
        await assert.rejects(store.alerts.decide([anAlert('a1')], [anOutboxItem('o1'), broken]))
        assert.equal(await store.alerts.get('a1'), undefined)
        assert.deepEqual(await looseIds(store), [])
      }))

    test('is acknowledged once, only while it lasts, and a later decision does not take it back', () =>
      withStore(place, async (store) => {
        await store.alerts.decide([anAlert('a1'), anAlert('over', { state: 'resolved' })], [])
        assert.equal(await store.alerts.acknowledge('a1', 'Ève', at(400)), true)
        assert.equal(await store.alerts.acknowledge('a1', 'Zoé', at(401)), false)
        assert.equal(await store.alerts.acknowledge('over', 'Ève', at(400)), false)
        assert.equal(await store.alerts.acknowledge('nothing', 'Ève', at(400)), false)
        await store.alerts.decide([anAlert('a1', { state: 'resolved', resolvedAt: at(600) })], [])
        const alert = await store.alerts.get('a1')
        assert.deepEqual([alert?.acknowledgedBy, alert?.acknowledgedAt, alert?.state], ['Ève', at(400), 'resolved'])
      }))
  })

  describe(`${name}: outbox`, () => {
    test('items are found by their ids, with the message that they are part of', () =>
      withStore(place, async (store) => {
        await store.alerts.decide([], [anOutboxItem('o1'), anOutboxItem('o2'), anOutboxItem('o3')])
        await store.outbox.gather(aMessage('m1'), ['o1'], undefined)
        const found = await store.outbox.items(['o1', 'o2', 'none'])
        assert.deepEqual(
          found.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
          [
            { ...anOutboxItem('o1'), message: 'm1' },
            { ...anOutboxItem('o2'), message: undefined },
          ],
        )
        assert.deepEqual(await store.outbox.items([]), [])
      }))

    test('a message has its items in the order of their time', () =>
      withStore(place, async (store) => {
        const items = [
          anOutboxItem('b', { at: at(2) }),
          anOutboxItem('a', { at: at(3) }),
          anOutboxItem('c', { at: at(1) }),
        ]
        await store.alerts.decide([], items)
        assert.equal(await store.outbox.gatheredAt(team), undefined)
        await store.outbox.gather(aMessage('m1', { at: at(5) }), ['a', 'b', 'c'], undefined)
        const message = await store.outbox.get('m1')
        assert.deepEqual(message, aMessage('m1', { at: at(5), items: [anItem('c'), anItem('b'), anItem('a')] }))
        assert.deepEqual(await store.outbox.list({ system: 'shop', state: 'waiting', limit: 5 }), [message])
        assert.deepEqual(await store.outbox.gatheredAt(team), at(5))
        assert.equal(await store.outbox.gatheredAt({ system: 'shop', channel: 'other' }), undefined)
      }))

    test('an item goes into one message, and a turn of a channel to one message', () =>
      withStore(place, async (store) => {
        await store.alerts.decide([], [anOutboxItem('a'), anOutboxItem('b'), anOutboxItem('c')])
        assert.equal(await store.outbox.gather(aMessage('m1'), ['a'], undefined), true)
        assert.equal(await store.outbox.gather(aMessage('m2'), ['b'], undefined), false, 'somebody gathered meanwhile')
        assert.equal(await store.outbox.gather(aMessage('m2', { at: at(340) }), ['a', 'b'], at(300)), false)
        assert.deepEqual(await looseIds(store), ['b', 'c'])
        assert.equal(await store.outbox.get('m2'), undefined)
        assert.deepEqual(await store.outbox.gatheredAt(team), at(300))
        assert.equal(await store.outbox.gather(aMessage('m2', { at: at(340) }), ['b', 'c'], at(300)), true)
      }))

    test('a message of its own is added once, with its items', () =>
      withStore(place, async (store) => {
        const message = aMessage('canary', { kind: 'canary', fallbackOf: 'm0', items: [anItem('z'), anItem('a')] })
        assert.equal(await store.outbox.add(message), true)
        assert.equal(await store.outbox.add(message), false)
        assert.deepEqual(await store.outbox.get('canary'), message)
        assert.deepEqual(await store.outbox.looseChannels(['shop']), [])
        assert.equal(await store.outbox.gatheredAt(team), undefined)
      }))

    test('is claimed when it is due: of each channel the oldest, not of busy channels or other systems', () =>
      withStore(place, async (store) => {
        await store.outbox.add(aMessage('late', { nextAttemptAt: at(400) }))
        await store.outbox.add(aMessage('first', { nextAttemptAt: at(301) }))
        await store.outbox.add(aMessage('ops', { channel: 'ops', items: [anItem('o')] }))
        await store.outbox.add(aMessage('foreign', { system: 'other' }))
        const claimed = async (seconds: number, changes = {}) =>
          (await store.outbox.claim(aClaim('p1', seconds, changes))).map(({ id }) => id).sort()
        assert.deepEqual(await claimed(299), [])
        assert.deepEqual(await claimed(400, { except: [{ system: 'shop', channel: 'ops' }] }), ['first'])
        assert.deepEqual(await claimed(400), ['late', 'ops'])
        assert.deepEqual(await claimed(400), [])
        assert.deepEqual(await claimed(459), [])
        assert.deepEqual(await claimed(460), ['first', 'ops'], 'a claim ends by itself')
        assert.deepEqual(await claimed(460, { systems: [] }), [])
      }))

    test('whose times lie further ahead than any that is written is due: the clock stepped back', () =>
      withStore(place, async (store) => {
        await store.outbox.add(aMessage('m1', { nextAttemptAt: at(10_000) }))
        await store.outbox.add(aMessage('m2', { channel: 'ops', nextAttemptAt: at(10_000) }))
        assert.equal((await store.outbox.claim(aClaim('p1', 10_000))).length, 2)
        await store.outbox.settle('m1', 'p1', { ...end, state: 'waiting', nextAttemptAt: at(10_030) })
        const again = await store.outbox.claim(aClaim('p2', 0))
        assert.deepEqual(again.map(({ id }) => id).sort(), ['m1', 'm2'])
      }))

    test('is settled by who holds the claim, and a refusal makes its channel a failing one', () =>
      withStore(place, async (store) => {
        await store.outbox.add(aMessage('m1'))
        await store.outbox.claim(aClaim('p1', 300))
        assert.equal(await store.outbox.settle('m1', 'p2', { ...end, state: 'delivered' }), false)
        assert.equal(await store.outbox.isFailing(team), false)
        const lastError = { code: 'notify.refused', params: { status: 503 } }
        assert.equal(await store.outbox.settle('m1', 'p1', { ...end, state: 'waiting', lastError }), true)
        assert.equal(await store.outbox.isFailing(team), true)
        assert.deepEqual(await store.outbox.get('m1'), aMessage('m1', { ...end, lastError }))
        assert.deepEqual(
          (await store.outbox.claim(aClaim('p2', 900))).map(({ attempts }) => attempts),
          [1],
        )
        const delivered = { ...end, state: 'delivered', attempts: 2, deliveredAt: at(901) } as const
        assert.equal(await store.outbox.settle('m1', 'p2', delivered), true)
        assert.equal(await store.outbox.settle('m1', 'p2', { ...end, state: 'given-up' }), false)
        assert.equal(await store.outbox.isFailing(team), false)
        assert.deepEqual(await store.outbox.claim(aClaim('p2', 9000)), [])
        assert.deepEqual((await store.outbox.list({ state: 'delivered', limit: 5 }))[0]?.deliveredAt, at(901))
      }))

    test('a channel keeps its newest proof', () =>
      withStore(place, async (store) => {
        await store.outbox.prove('shop', 'team', at(1), 'canary')
        await store.outbox.prove('shop', 'team', at(2), 'test')
        await store.outbox.prove('other', 'team', at(3), 'canary')
        assert.deepEqual(await store.outbox.proofs('shop'), new Map([['team', { at: at(2), by: 'test' }]]))
      }))

    test('a hundred alerts make one message, ten thousand too', () =>
      withStore(place, async (store) => {
        const items = Array.from({ length: 10_000 }, (_, index) => anOutboxItem(`o${index}`))
        await store.alerts.decide(
          items.map(({ id }) => anAlert(id)),
          items,
        )
        assert.equal(
          await store.outbox.gather(
            aMessage('m1'),
            items.map(({ id }) => id),
            undefined,
          ),
          true,
        )
        assert.equal((await store.outbox.get('m1'))?.items.length, 10_000)
      }))

    test('of many that gather and claim on two connections, one has each message', () =>
      withStore(place, async (store, here) => {
        const other = await here.open()
        try {
          const items = Array.from({ length: 16 }, (_, index) => anOutboxItem(`o${index}`))
          await store.alerts.decide([], items)
          const stores = items.map((_, index) => (index % 2 === 0 ? store : other))
          const gathered = await Promise.all(
            stores.map((one, index) => one.outbox.gather(aMessage(`m${index}`), [`o${index}`], undefined)),
          )
          assert.equal(gathered.filter((won) => won).length, 1)
          for (let index = 0; index < 8; index++) {
            await store.outbox.add(aMessage(`x${index}`, { channel: `c${index}` }))
          }
          const claims = await Promise.all(stores.map((one, index) => one.outbox.claim(aClaim(`p${index}`, 300))))
          const ids = claims.flat().map(({ id }) => id)
          assert.equal(ids.length, 9)
          assert.equal(new Set(ids).size, 9)
        } finally {
          await other.close()
        }
      }))

    test('each message is sent by exactly one of three processes', () =>
      withStore(place, async (store, here) => {
        for (let index = 0; index < 40; index++)
          await store.outbox.add(aMessage(`m${index}`, { channel: `c${index % 20}` }))
        const lines = await together(['p1', 'p2', 'p3'].map((one) => startWorker(here.location, 'claim', one, 40)))
        const sent = lines.filter((line) => line.startsWith('sent'))
        assert.equal(sent.length, 40)
        assert.equal(new Set(sent).size, 40)
      }))
  })

  describe(`${name}: silences and own keys`, () => {
    test('a silence holds from its start until before its end, which may come early', () =>
      withStore(place, async (store) => {
        const silence = {
          id: 's1',
          system: 'shop',
          matcher: { component: 'api', labels: { host: 'srv-1' } },
          reason: 'déploiement\u0000',
          createdBy: 'Ève',
          startsAt: at(10),
          endsAt: at(20),
        }
        await store.silences.add(silence)
        assert.deepEqual(await store.silences.at('shop', at(9)), [])
        assert.deepEqual(await store.silences.at('shop', at(10)), [{ ...silence, reason: 'déploiement\u2400' }])
        assert.deepEqual(await store.silences.at('other', at(10)), [])
        assert.deepEqual(await store.silences.at('shop', at(20)), [])
        assert.equal(await store.silences.end('s1', at(15)), true)
        assert.equal(await store.silences.end('s1', at(16)), false)
        assert.deepEqual(await store.silences.at('shop', at(15)), [])
      }))

    test('of several that make an own key at once, all get the same', () =>
      withStore(place, async (store, here) => {
        const other = await here.open()
        try {
          const made = await Promise.all(
            [store, other, store, other].map((one, index) =>
              one.ownKeys.getOrMake('links', () => `key ${index}`, at(0)),
            ),
          )
          assert.equal(new Set(made).size, 1)
          assert.equal(await store.ownKeys.getOrMake('links', () => assert.fail(), at(1)), made[0])
          assert.equal(await store.ownKeys.getOrMake('else', () => 'x', at(1)), 'x')
        } finally {
          await other.close()
        }
      }))
  })
}
