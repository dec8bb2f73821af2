import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type HttpReceiver, startHttpReceiver } from '../../test/support/http-receiver.ts'
import { type NotifyWorld, notifySystemWith, notifyWorld } from '../../test/support/notify-world.ts'
import { createFormatter } from '../core/formatter.ts'
import { createRenderer, messageMap } from '../core/message.ts'
import type { NotifySystem } from '../notify/notify-system.ts'
import { canaryRoundTexts, createCanaryRound } from './canary-round.ts'
import { createTell } from './tell.ts'

const [hour, day] = [3_600_000, 86_400_000]

interface Watched {
  readonly world: NotifyWorld
  /** One round of a process that began when this was made. */
  restart(system?: NotifySystem): () => Promise<void>
  /** One round, after which what is due is delivered. */
  once(round: () => Promise<void>): Promise<void>
  /** Rounds each hour, or at another distance. */
  pass(round: () => Promise<void>, ms: number, everyMs?: number): Promise<void>
  canaries(): Promise<readonly string[]>
  alerts(): Promise<readonly string[]>
}

describe('the canaries of a system', () => {
  let receiver: HttpReceiver
  let system: NotifySystem
  const opened: NotifyWorld[] = []
  before(async () => {
    receiver = await startHttpReceiver()
    const channels = { chat: { kind: 'slack', url: `${receiver.url}/services/T/B/x` } }
    system = { ...(await notifySystemWith(channels)), timezone: 'Europe/Paris' }
  })
  after(async () => {
    for (const one of opened) await one[Symbol.asyncDispose]()
    await receiver[Symbol.asyncDispose]()
  })

  const watched = async (start: string): Promise<Watched> => {
    receiver.answer({ status: 200 })
    const world = await notifyWorld(system, new Date(start))
    opened.push(world)
    const { store, clock } = world
    const words = { format: createFormatter('en'), text: ({ code }: { code: string }) => code }
    const dispatcher = world.dispatcher('one')
    let made = 0
    const once = async (round: () => Promise<void>): Promise<void> => {
      await round()
      await world.settle(dispatcher)
    }
    return {
      world,
      restart: (own = system) => {
        const decide = createTell({ ...store, clock, system: own, words, leaseOf: () => undefined, linkKey: 'k' })
        return createCanaryRound({ store, clock, system: own, words, makeId: () => `a${++made}`, decide })
      },
      once,
      pass: async (round, ms, everyMs = hour) => {
        for (let passed = 0; passed < ms; passed += everyMs) {
          clock.advance(everyMs)
          await once(round)
        }
      },
      canaries: async () => {
        const all = await store.outbox.list({ system: 'shop', limit: 100 })
        return all
          .filter(({ kind }) => kind === 'canary')
          .map(({ at }) => at.toISOString())
          .toReversed()
      },
      alerts: async () => {
        const all = await store.alerts.list({ system: 'shop', limit: 100 })
        return all.map(({ key, severity, source, state }) => `${source} ${key} ${severity} ${state}`)
      },
    }
  }

  it('leave at nine in the morning of the system, once a day, and prove their channel', async () => {
    // The night of Sunday 29 March 2026 is an hour short in Paris.
    const { restart, pass, canaries, world } = await watched('2026-03-28T05:00:00Z')
    const round = restart()
    await round()
    assert.deepEqual(await canaries(), [])
    await pass(round, 2 * day)
    assert.deepEqual(await canaries(), ['2026-03-28T08:00:00.000Z', '2026-03-29T07:00:00.000Z'])
    const proof = (await world.store.outbox.proofs('shop')).get('chat')
    assert.deepEqual([proof?.at.toISOString(), proof?.by], ['2026-03-29T07:00:00.000Z', 'canary'])
  })

  it('are not sent twice by another start, nor by a clock that steps back', async () => {
    const { restart, pass, canaries, world } = await watched('2026-11-21T07:00:00Z')
    await pass(restart(), 2 * hour)
    await pass(restart(), hour)
    world.clock.step(-3 * hour)
    await pass(restart(), 2 * hour)
    assert.deepEqual(await canaries(), ['2026-11-21T08:00:00.000Z'])
  })

  it('that were missed are sent late, once, but a new channel waits for its first time', async () => {
    const { restart, pass, canaries, world } = await watched('2026-11-21T10:00:00Z')
    await pass(restart(), hour)
    assert.deepEqual(await canaries(), [])
    await pass(restart(), day)
    world.clock.advance(3 * day)
    await pass(restart(), hour)
    assert.deepEqual(await canaries(), ['2026-11-22T08:00:00.000Z', '2026-11-25T08:00:00.000Z'])
  })

  it('that never arrive are an alert after eight days, one, over starts; it ends when something was delivered', async () => {
    const { restart, pass, alerts, world } = await watched('2026-11-01T06:00:00Z')
    receiver.answer({ status: 500 })
    await pass(restart(), 7 * day, 6 * hour)
    assert.deepEqual(await alerts(), [])
    await pass(restart(), 2 * day, 6 * hour)
    await pass(restart(), day)
    assert.deepEqual(await alerts(), ['watch channel chat medium firing'])
    receiver.answer({ status: 200 })
    await pass(restart(), day)
    assert.deepEqual(await alerts(), ['watch channel chat medium resolved'])
    assert.equal((await world.store.outbox.proofs('shop')).get('chat')?.by !== undefined, true)
  })

  it('after a long time off are waited for before an old proof is an alert', async () => {
    const { restart, once, pass, alerts, world } = await watched('2026-11-01T06:00:00Z')
    await pass(restart(), day)
    world.clock.advance(30 * day)
    const round = restart()
    await once(round)
    assert.deepEqual(await alerts(), [])
    await pass(round, hour)
    assert.deepEqual(await alerts(), [])
  })

  it('need a channel: the alert ends when it leaves the config, also when it was silenced', async () => {
    const { restart, pass, alerts, world } = await watched('2026-11-01T06:00:00Z')
    receiver.answer({ status: 500 })
    const { now } = world.clock
    const silence = { id: 's1', system: 'shop', matcher: { rule: 'channel chat' }, reason: 'new', createdBy: 'Léa' }
    await world.store.silences.add({ ...silence, startsAt: now(), endsAt: new Date(now().getTime() + 20 * day) })
    await pass(restart(), 9 * day, 6 * hour)
    const [alert] = await world.store.alerts.list({ system: 'shop', limit: 1 })
    assert.equal(alert?.silencedBy, 's1')
    await pass(restart({ ...system, channels: [] }), hour)
    assert.deepEqual(await alerts(), ['watch channel chat medium resolved'])
  })

  it('say in both languages what is not proved, since when, and how to try it', async () => {
    const { restart, pass, world } = await watched('2026-11-01T06:00:00Z')
    await pass(restart(), 4 * hour)
    receiver.answer({ status: 500 })
    await pass(restart(), 9 * day, 6 * hour)
    const [alert] = await world.store.alerts.list({ system: 'shop', limit: 1 })
    const said = (['en', 'fr'] as const).map((locale) => {
      const renderer = createRenderer(messageMap(canaryRoundTexts), createFormatter(locale, 'Europe/Paris'))
      return [alert?.title, alert?.remedy].map((text) => text && renderer.render(text))
    })
    assert.deepEqual(said, [
      [
        'the channel chat has delivered nothing since Sun 1 Nov, 09:00: nobody knows whether an alert would arrive',
        'Try it, and put right what it says: vigie channels test chat',
      ],
      [
        "le canal chat n'a rien transmis depuis dim. 1 nov., 09:00\u00a0: rien ne dit si une alerte arriverait",
        "Essayez-le, et corrigez ce qu'il signale\u00a0: vigie channels test chat",
      ],
    ])
  })
})
