import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { channelsListOutput, channelsTestOutput } from '../../src/cli/json-shapes/channels.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import type { MessageRow } from '../../src/store/watch-store.ts'
import { type CliResult, vigie } from '../support/cli.ts'
import { startUp } from '../support/daemon.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { anItem } from '../support/notifications.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'
import { type SmtpReceiver, startSmtpReceiver } from '../support/smtp-receiver.ts'

const day = 86_400_000

describe('vigie channels', () => {
  let slack: HttpReceiver
  let mail: SmtpReceiver
  let system: ScratchSystem
  const channels = (...words: readonly string[]): Promise<CliResult> => vigie(['channels', ...words, ...system.config])
  const list = async () => channelsListOutput.parse((await channels('list', '--json')).json()).channels
  const withStore = async <T>(work: (store: Store) => Promise<T>): Promise<T> => {
    const store = await openStore({ kind: 'sqlite', dir: join(system.dir, '.vigie') })
    return work(store).finally(() => store.close())
  }
  const message = (id: string, channel: string, state: MessageRow['state']): MessageRow => ({
    ...{ id, system: 'Shop', channel, kind: 'alerts', at: new Date(), state, attempts: 1 },
    ...{ nextAttemptAt: new Date(Date.now() + day), deliveredAt: undefined, fallbackOf: undefined, items: [anItem()] },
    lastError: { code: 'notify.broke', params: { detail: 'no route' } },
  })

  before(async () => {
    slack = await startHttpReceiver()
    mail = await startSmtpReceiver()
    system = scratchSystem(`import { defineSystem, tcp } from 'vigie'
export default defineSystem({ name: 'Shop', timezone: 'Europe/Paris', components: { it: tcp({ host: '127.0.0.1', port: 1, checks: { connect: false } }) },
  channels: {
    team: { kind: 'email', host: '127.0.0.1', port: ${mail.port}, security: 'none', from: 'vigie@example.test', to: 'team@example.test', fallback: 'chat' },
    chat: { kind: 'slack', url: '${slack.url}/services/T/B/x' },
  } } as never)
`)
  })
  after(async () => {
    await slack[Symbol.asyncDispose]()
    await mail[Symbol.asyncDispose]()
    system.remove()
  })

  it('list marks what was never proved', async () => {
    const got = await channels('list')
    assert.equal(got.code, 0, got.stderr)
    assert.match(got.stdout, /WARN {2}team +email +else chat +NOT PROVED: nothing delivered yet/)
    assert.match(got.stdout, /→ Try it: vigie channels test chat/)
    assert.deepEqual(
      (await list()).map(({ name, kind, fallback, isProved, provedAt }) => [name, kind, fallback, isProved, provedAt]),
      [
        ['team', 'email', 'chat', false, null],
        ['chat', 'slack', null, false, null],
      ],
    )
  })

  it('test sends one message on each channel at once, says that it was delivered, and proves it', async () => {
    const got = await channels('test', '--by', 'Léa', '--json')
    assert.equal(got.code, 0, got.stdout)
    const { tests } = channelsTestOutput.parse(got.json())
    assert.deepEqual(tests.map(({ channel, status, reason }) => [channel, status, reason]).toSorted(), [
      ['chat', 'delivered', null],
      ['team', 'delivered', null],
    ])
    assert.deepEqual([mail.mails.length, slack.received.length], [1, 1])
    assert.match(slack.received[0]?.body ?? '', /Léa/)
    assert.deepEqual(
      (await list()).map(({ isProved, provedBy }) => [isProved, provedBy]),
      [
        [true, 'test'],
        [true, 'test'],
      ],
    )
    const shown = await channels('list', '--locale', 'fr')
    assert.match(shown.stdout, /PASS {2}chat +slack +prouvé .* par un essai/)
  })

  it('test says why one was not delivered, with exit 1, and does not send it again later', async () => {
    for (const status of [404, 500]) {
      slack.answer({ status })
      const before = slack.received.length
      const got = await channels('test', 'chat')
      assert.equal(got.code, 1, got.stdout)
      assert.match(got.stdout, new RegExp(`FAIL {2}chat: NOT delivered: .*${status}`))
      assert.equal(slack.received.length, before + 1)
    }
    assert.equal(mail.mails.length, 1)
    const waiting = await withStore((store) => store.outbox.list({ system: 'Shop', state: 'waiting', limit: 10 }))
    assert.deepEqual(waiting, [])
    slack.answer({ status: 200 })
  })

  it('test leaves alone what is to be told on other channels', async () => {
    await withStore(async (store) => {
      await store.outbox.add({ ...message('m1', 'team', 'waiting'), nextAttemptAt: new Date() })
      await store.outbox.add({ ...message('m2', 'gone', 'waiting'), nextAttemptAt: new Date() })
    })
    assert.equal((await channels('test', 'chat')).code, 0)
    const left = await withStore((store) => store.outbox.list({ system: 'Shop', state: 'waiting', limit: 10 }))
    assert.deepEqual(left.map(({ id, attempts }) => [id, attempts]).toSorted(), [
      ['m1', 1],
      ['m2', 1],
    ])
  })

  it('list tells what waits, what was given up, the reason, and an old proof', async () => {
    await withStore(async (store) => {
      await store.outbox.add(message('m3', 'chat', 'given-up'))
      await store.outbox.prove('Shop', 'chat', new Date(Date.now() - 9 * day), 'canary')
      const item = { id: 'o1', system: 'Shop', channel: 'team', at: new Date(), item: anItem() }
      await store.alerts.decide([], [item])
    })
    const [team, chat] = await list()
    assert.deepEqual([team?.waiting, team?.givenUp], [2, 0])
    assert.deepEqual(
      [chat?.isProved, chat?.provedBy, chat?.lastError],
      [false, 'canary', 'it broke on the way: no route'],
    )
    const shown = await channels('list', '--locale', 'fr')
    assert.match(shown.stdout, /WARN {2}chat .* NON PROUVÉ depuis .* \(l'essai quotidien\)/)
    assert.match(shown.stdout, /2 messages attendent, 0 abandonné/)
  })

  it('test works beside the watch: one message, whoever sends it', async () => {
    const daemon = await startUp(system)
    try {
      const tests = (): number => slack.received.filter(({ body }) => /test of the channel/.test(body)).length
      const before = tests()
      assert.equal((await channels('test', 'chat')).code, 0)
      assert.equal(tests() - before, 1)
    } finally {
      await daemon.stop()
    }
  })

  it('is refused for a channel that is not there, or when there is none', async () => {
    const got = await channels('test', 'chatt', '--json')
    assert.deepEqual([got.code, got.json().error.code], [2, 'unknown-channel'])
    const bare = scratchSystem(`import { defineSystem, tcp } from 'vigie'
export default defineSystem({ name: 'Bare', components: { it: tcp({ host: '127.0.0.1', port: 1 }) } })
`)
    assert.equal((await vigie(['channels', 'test', ...bare.config])).code, 2)
    const none = await vigie(['channels', 'list', ...bare.config])
    assert.deepEqual([none.code, /an alert would reach nobody/.test(none.stdout)], [0, true])
    assert.deepEqual((await vigie(['channels', 'list', '--json', ...bare.config])).json(), { channels: [] })
    bare.remove()
  })
})
