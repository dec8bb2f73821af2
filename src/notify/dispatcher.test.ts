import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { anAlert } from '../../test/contract/watch-samples.ts'
import { startHttpReceiver } from '../../test/support/http-receiver.ts'
import { wordsIn } from '../../test/support/notifications.ts'
import { type NotifyWorld, notifySystemWith, notifyWorld } from '../../test/support/notify-world.ts'
import { startSmtpReceiver } from '../../test/support/smtp-receiver.ts'
import { tcpAddress } from '../platform/tcp-address.ts'
import { announce } from './announce.ts'
import type { NotifySystem } from './notify-system.ts'
import { enqueueCanary, enqueueTest } from './own-messages.ts'
import { unprovedChannels } from './proof.ts'

const hook = (url: string, more = {}) => ({ kind: 'webhook', url, allowPrivate: true, ...more })
const mail = (port: number, more = {}) => ({
  kind: 'email',
  host: '127.0.0.1',
  port,
  security: 'none',
  from: 'vigie@example.org',
  to: 'eve@example.org',
  ...more,
})
const decide = (world: NotifyWorld, system: NotifySystem, ...ids: string[]): Promise<unknown> => {
  const alerts = ids.map((id) => anAlert(id, { title: { code: 'notify.broke', params: { detail: id } } }))
  return world.store.alerts.decide(
    alerts,
    alerts.flatMap((alert) => announce(alert, system, wordsIn('en'), world.clock.now())),
  )
}
const end = (world: NotifyWorld, system: NotifySystem, ...ids: string[]): Promise<unknown> => {
  const title = { code: 'notify.broke', params: { detail: 'over' } }
  const over = ids.map((id) => anAlert(id, { title, state: 'resolved', resolvedAt: world.clock.now() }))
  return world.store.alerts.decide(
    over,
    over.flatMap((alert) => announce(alert, system, wordsIn('en'), world.clock.now())),
  )
}
/** What posted bodies tell of alerts, in the order of their coming. */
const newsIn = (received: readonly { readonly body: string }[]): string[] =>
  received.flatMap(({ body }) => {
    const { type, data } = JSON.parse(body)
    const alerts: { alert: string; state: string }[] = type === 'vigie.alerts' ? data.alerts : []
    return alerts.map(({ alert, state }) => `${alert} ${state}`)
  })
/** The alerts that a posted body tells of. */
const alertsIn = (body: string): string[] => JSON.parse(body).data.alerts.map(({ alert }: { alert: string }) => alert)
const deadPort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = tcpAddress(server)
  server.close()
  return port
}

describe('the dispatcher', () => {
  it('makes two messages of a hundred alerts in 30 s, the first at once', async () => {
    await using receiver = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(receiver.url) })
    await using world = await notifyWorld(system)
    const dispatcher = world.dispatcher('p1')
    for (let index = 0; index < 100; index++) {
      await decide(world, system, `a${index}`)
      await world.settle(dispatcher)
      if (index === 0)
        assert.deepEqual(
          receiver.received.map(({ body }) => alertsIn(body)),
          [['a0']],
        )
      world.clock.advance(300)
    }
    await world.settle(dispatcher)
    assert.deepEqual(
      receiver.received.map(({ body }) => alertsIn(body).length),
      [1, 99],
    )
    await world.settle(dispatcher)
    assert.equal(receiver.received.length, 2)
  })

  it('loses nothing while the mail server is down for an hour, and makes no storm when it is back', async () => {
    const port = await deadPort()
    const system = await notifySystemWith({ team: mail(port) })
    await using world = await notifyWorld(system)
    const dispatcher = world.dispatcher('p1')
    for (let minute = 0; minute < 60; minute++) {
      await decide(world, system, `a${minute}`)
      await world.settle(dispatcher)
      world.clock.advance(60_000)
    }
    await using server = await startSmtpReceiver({}, port)
    for (let minute = 0; minute < 12; minute++) {
      await world.settle(dispatcher)
      world.clock.advance(60_000)
    }
    const told = server.mails.map(({ raw }) => raw).join('\n')
    for (let minute = 0; minute < 60; minute++) assert.ok(told.includes(`way: a${minute}\r\n`), `a${minute}`)
    assert.ok(server.mails.length <= 31, `${server.mails.length} mails`)
    assert.equal(new Set(server.mails.map(({ headers }) => headers.get('message-id'))).size, server.mails.length)
    assert.deepEqual(await world.store.outbox.list({ state: 'waiting', limit: 10 }), [])
  })

  it('gives up a server that takes the mail and hangs, and tells the same mail again with the same id', async () => {
    await using server = await startSmtpReceiver()
    const proxied: Socket[] = []
    const taken = Promise.withResolvers<string>()
    const proxy = createServer((near) => {
      proxied.push(near.on('error', () => undefined))
      const lines = ['220 hi\r\n', '250 ok\r\n', '250 ok\r\n', '250 ok\r\n', '354 go\r\n']
      near.write(lines.shift() ?? '')
      let data = ''
      near.on('data', (chunk: Buffer) => {
        data += chunk.toString()
        if (data.endsWith('\r\n.\r\n')) taken.resolve(data)
        else near.write(lines.shift() ?? '')
      })
    }).listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const hanging = await notifySystemWith({ team: mail(tcpAddress(proxy).port) })
    await using world = await notifyWorld(hanging)
    const dispatcher = world.dispatcher('p1')
    await decide(world, hanging, 'a1')
    await dispatcher.tick()
    const first = /message-id: (<.*>)/i.exec(await taken.promise)?.[1]
    world.clock.advance(29_999)
    assert.deepEqual(await dispatcher.tick(), [])
    world.clock.advance(1)
    const [given] = await world.settle(dispatcher)
    assert.deepEqual([given?.state, given?.reason?.code], ['waiting', 'notify.timed-out'])
    const well = world.dispatcher('p2', await notifySystemWith({ team: mail(server.port) }))
    world.clock.advance(5_000)
    await world.settle(well)
    assert.equal(server.mails[0]?.headers.get('message-id'), first)
    for (const socket of proxied) socket.destroy()
    proxy.close()
  })

  it('lets no hanging channel hold up another', async () => {
    await using hanging = await startHttpReceiver()
    hanging.answer({ status: 0 })
    await using well = await startHttpReceiver()
    const system = await notifySystemWith({ a: hook(hanging.url), b: hook(well.url) })
    await using world = await notifyWorld(system)
    const dispatcher = world.dispatcher('p1')
    for (const [index, id] of ['a1', 'a2', 'a3'].entries()) {
      await decide(world, system, id)
      await dispatcher.tick()
      // The own clock must not move before the real delivery has ended.
      while ((await world.store.outbox.list({ state: 'delivered', limit: 9 })).length <= index) await turn()
      world.clock.advance(30_000)
    }
    const stopped = dispatcher.stop()
    await dispatcher.tick()
    await stopped
    assert.deepEqual(
      well.received.map(({ body }) => alertsIn(body)),
      [['a1'], ['a2'], ['a3']],
    )
    assert.ok(hanging.received.length >= 1)
  })

  it('tells the fallback as well after three attempts, once, and goes on trying', async () => {
    await using team = await startHttpReceiver()
    team.answer({ status: 503 })
    await using ops = await startHttpReceiver()
    const system = await notifySystemWith({
      team: hook(team.url, { fallback: 'ops' }),
      ops: hook(ops.url),
    })
    const onlyTeam = { ...system, routes: [{ severity: undefined, components: undefined, to: ['team'] }] }
    await using world = await notifyWorld(onlyTeam)
    const dispatcher = world.dispatcher('p1')
    await decide(world, onlyTeam, 'a1')
    for (const wait of [5_000, 10_000, 20_000, 40_000]) {
      await world.settle(dispatcher)
      assert.equal(ops.received.length > 0, team.received.length >= 3)
      world.clock.advance(wait)
    }
    await world.settle(dispatcher)
    assert.deepEqual(
      ops.received.map(({ body }) => JSON.parse(body).type),
      ['vigie.alerts', 'vigie.notice'],
    )
    assert.deepEqual(alertsIn(ops.received[0]?.body ?? ''), ['a1'])
    assert.match(ops.received[1]?.body ?? '', /The channel \\"team\\" does not deliver: the other side answered 503/)
    team.answer({ status: 200 })
    world.clock.advance(600_000)
    await world.settle(dispatcher)
    assert.deepEqual(alertsIn(team.received.at(-1)?.body ?? ''), ['a1'])
    assert.equal(new Set(team.received.map(({ headers }) => headers['webhook-id'])).size, 1)
  })

  it('ends with the end of an alert, however late its beginning comes through', async () => {
    await using team = await startHttpReceiver()
    team.answer({ status: 503 })
    const system = await notifySystemWith({ team: hook(team.url) })
    await using world = await notifyWorld(system)
    const dispatcher = world.dispatcher('p1')
    await decide(world, system, 'a1', 'a2')
    for (let passed = 0; passed < 100_000; passed += 5000) {
      await world.settle(dispatcher)
      world.clock.advance(5000)
    }
    await end(world, system, 'a1')
    team.answer({ status: 200 })
    team.received.splice(0)
    for (let passed = 0; passed < 300_000; passed += 5000) {
      await world.settle(dispatcher)
      world.clock.advance(5000)
    }
    assert.deepEqual(newsIn(team.received), ['a1 resolved', 'a2 firing', 'a1 resolved'])
  })

  it('tells the fallback the end of what it was told instead of another, and nothing that it was told itself', async () => {
    await using team = await startHttpReceiver()
    await using ops = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(team.url, { fallback: 'ops' }), ops: hook(ops.url) })
    const routed = {
      ...system,
      routes: [
        { severity: undefined, components: undefined, to: ['team'] },
        { severity: 'critical', components: undefined, to: ['ops'] },
      ],
    } as const
    await using world = await notifyWorld(routed)
    const dispatcher = world.dispatcher('p1')
    team.answer({ status: 503 })
    const both = { title: { code: 'notify.broke', params: { detail: 'x' } }, severity: 'critical' } as const
    const alert = anAlert('both', both)
    await world.store.alerts.decide([alert], announce(alert, routed, wordsIn('en'), world.clock.now()))
    await decide(world, routed, 'a1')
    for (let passed = 0; passed < 60_000; passed += 5000) {
      await world.settle(dispatcher)
      world.clock.advance(5000)
    }
    assert.deepEqual(newsIn(ops.received), ['both firing', 'a1 firing'])
    team.answer({ status: 200 })
    world.clock.advance(600_000)
    await world.settle(dispatcher)
    await end(world, routed, 'a1')
    for (let passed = 0; passed < 60_000; passed += 5000) {
      await world.settle(dispatcher)
      world.clock.advance(5000)
    }
    assert.equal(newsIn(team.received).at(-1), 'a1 resolved')
    assert.deepEqual(newsIn(ops.received), ['both firing', 'a1 firing', 'a1 resolved'])
  })

  it('tells the fallback at once what is refused for good, and tells that it gave up', async () => {
    await using team = await startHttpReceiver()
    team.answer({ status: 404 })
    await using ops = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(team.url, { fallback: 'ops' }), ops: hook(ops.url) })
    const onlyTeam = { ...system, routes: [{ severity: undefined, components: undefined, to: ['team'] }] }
    await using world = await notifyWorld(onlyTeam)
    const dispatcher = world.dispatcher('p1')
    await decide(world, onlyTeam, 'a1')
    const outcomes = await world.settle(dispatcher)
    assert.deepEqual(outcomes.map(({ channel, kind, state }) => `${channel} ${kind} ${state}`).sort(), [
      'ops alerts delivered',
      'ops notice delivered',
      'team alerts given-up',
    ])
    assert.equal(team.received.length, 1)
    world.clock.advance(60_000)
    await decide(world, onlyTeam, 'a2')
    await world.settle(dispatcher)
    assert.deepEqual(
      ops.received.map(({ body }) => JSON.parse(body).type),
      ['vigie.alerts', 'vigie.notice', 'vigie.alerts'],
      'word of the channel comes once a day',
    )
  })

  it('tells all others of a channel without a fallback, and of one that is gone from the config what it was to tell', async () => {
    await using ops = await startHttpReceiver()
    await using night = await startHttpReceiver()
    const before = await notifySystemWith({ team: hook('http://127.0.0.1:1/'), ops: hook(ops.url) })
    const onlyTeam = { ...before, routes: [{ severity: undefined, components: undefined, to: ['team'] }] }
    await using world = await notifyWorld(before)
    await decide(world, onlyTeam, 'a1')
    const after = await notifySystemWith({ ops: hook(ops.url), night: hook(night.url) })
    const outcomes = await world.settle(world.dispatcher('p1', after))
    assert.equal(outcomes.find(({ channel }) => channel === 'team')?.reason?.code, 'notify.channel-gone')
    for (const { received } of [ops, night]) {
      assert.deepEqual(received.map(({ body }) => JSON.parse(body).type).sort(), ['vigie.alerts', 'vigie.notice'])
    }
  })

  it('never says a secret in what it keeps of a failure, and may try again when one is not set', async () => {
    await using receiver = await startHttpReceiver()
    receiver.answer({ status: 403, body: 'token hunter2hunter2 refused' })
    process.env['VIGIE_TEST_TOKEN'] = 'hunter2hunter2'
    const headers = { authorization: { env: 'VIGIE_TEST_TOKEN' } }
    const system = await notifySystemWith({
      team: hook(receiver.url, { headers }),
      ops: hook(receiver.url, { secret: { env: 'VIGIE_TEST_NOTHING' } }),
    })
    await using world = await notifyWorld(system)
    await decide(world, system, 'a1')
    const outcomes = await world.settle(world.dispatcher('p1'))
    delete process.env['VIGIE_TEST_TOKEN']
    const of = (name: string) => outcomes.find(({ channel }) => channel === name)
    assert.equal(of('team')?.reason?.params['answer'], 'token ••• refused')
    assert.deepEqual([of('ops')?.state, of('ops')?.reason?.code], ['waiting', 'notify.secret-missing'])
    assert.ok(!JSON.stringify(await world.store.outbox.list({ limit: 9 })).includes('hunter2'))
  })

  it('sends each message once from two processes', async () => {
    await using receiver = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(receiver.url) })
    await using world = await notifyWorld(system)
    const [one, two] = [world.dispatcher('p1'), world.dispatcher('p2')]
    for (let round = 0; round < 5; round++) {
      await decide(world, system, `a${round}`, `b${round}`)
      await Promise.all([one.tick(), two.tick()])
      await Promise.all([one.idle(), two.idle()])
      world.clock.advance(30_000)
    }
    assert.equal(receiver.received.length, 5)
    assert.equal(receiver.received.flatMap(({ body }) => alertsIn(body)).length, 10)
  })

  it('takes over the claim of a process that died, when the claim ends', async () => {
    await using receiver = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(receiver.url) })
    await using world = await notifyWorld(system)
    await enqueueTest(world.store.outbox, system, 'team', wordsIn('en'), world.clock.now(), 'Ève')
    const now = world.clock.now()
    const until = new Date(now.getTime() + 90_000)
    await world.store.outbox.claim({ sender: 'dead', systems: ['shop'], now, until, latestAttempt: until, except: [] })
    const dispatcher = world.dispatcher('p1')
    world.clock.advance(89_999)
    await world.settle(dispatcher)
    assert.equal(receiver.received.length, 0)
    world.clock.advance(1)
    await world.settle(dispatcher)
    assert.equal(receiver.received.length, 1)
  })

  it('is not held up by a clock that steps back or forward', async () => {
    await using receiver = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(receiver.url) })
    await using world = await notifyWorld(system)
    const dispatcher = world.dispatcher('p1')
    await decide(world, system, 'a1')
    receiver.answer({ status: 503 }, { status: 200 })
    await world.settle(dispatcher)
    world.clock.step(-7_200_000)
    await decide(world, system, 'a2')
    await world.settle(dispatcher)
    assert.deepEqual(receiver.received.flatMap(({ body }) => alertsIn(body)).sort(), ['a1', 'a1', 'a2'])
    world.clock.step(30 * 86_400_000)
    receiver.answer({ status: 503 }, { status: 200 })
    await decide(world, system, 'a3')
    await world.settle(dispatcher)
    world.clock.advance(5_000)
    await world.settle(dispatcher)
    assert.deepEqual(await world.store.outbox.list({ state: 'waiting', limit: 9 }), [])
    assert.deepEqual(await world.store.outbox.list({ state: 'given-up', limit: 9 }), [])
  })

  it('proves a channel by what it delivered: a canary, a test', async () => {
    await using receiver = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(receiver.url), ops: hook('http://127.0.0.1:1/') })
    await using world = await notifyWorld(system)
    const unproved = async (): Promise<string[]> =>
      unprovedChannels(['team', 'ops'], await world.store.outbox.proofs('shop'), world.clock.now()).map(
        ({ channel }) => channel,
      )
    const at = world.clock.now()
    const add = (channel: string) => enqueueCanary(world.store.outbox, system, channel, wordsIn('fr'), at)
    assert.deepEqual([await add('team'), await add('team'), await add('ops')], [true, false, true])
    assert.deepEqual(await unproved(), ['team', 'ops'])
    await world.settle(world.dispatcher('p1'))
    assert.deepEqual(await unproved(), ['ops'])
    assert.deepEqual((await world.store.outbox.proofs('shop')).get('team'), { at, by: 'canary' })
    const id = await enqueueTest(world.store.outbox, system, 'team', wordsIn('fr'), at, 'Ève')
    await world.settle(world.dispatcher('p2'))
    const kept = await world.store.outbox.get(id)
    assert.deepEqual(
      [kept?.state, kept?.items[0]?.title],
      ['delivered', 'Essai du canal «\u00a0team\u00a0» demandé par Ève. Rien à faire.'],
    )
    world.clock.advance(9 * 86_400_000)
    assert.deepEqual(await unproved(), ['team', 'ops'])
  })

  it('throws at a tick what the store threw, and goes on when it works again', async () => {
    await using receiver = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(receiver.url) })
    await using world = await notifyWorld(system)
    await decide(world, system, 'a1')
    const settle = world.store.outbox.settle
    const broken = new Error('disk full')
    const outbox = { ...world.store.outbox, settle: () => Promise.reject(broken) }
    Object.assign(world.store, { outbox })
    const dispatcher = world.dispatcher('p1')
    await dispatcher.tick()
    await dispatcher.idle()
    await assert.rejects(dispatcher.tick(), broken)
    outbox.settle = settle as never
    world.clock.advance(90_000)
    await world.settle(dispatcher)
    assert.deepEqual(receiver.received.map(({ headers }) => headers['webhook-id']).length, 2, 'at least once')
    assert.equal(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size, 1, 'known by its id')
    assert.deepEqual(await world.store.outbox.list({ state: 'waiting', limit: 9 }), [])
  })

  it('begins nothing after it was stopped, and ends what it began', async () => {
    await using receiver = await startHttpReceiver()
    const system = await notifySystemWith({ team: hook(receiver.url) })
    await using world = await notifyWorld(system)
    const dispatcher = world.dispatcher('p1')
    await decide(world, system, 'a1')
    await dispatcher.tick()
    await dispatcher.stop()
    assert.equal((await dispatcher.tick())[0]?.state, 'delivered')
    world.clock.advance(60_000)
    await decide(world, system, 'a2')
    await world.settle(dispatcher)
    assert.equal(receiver.received.length, 1)
  })
})
