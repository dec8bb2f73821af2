import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { type HttpReceiver, startHttpReceiver } from '../../test/support/http-receiver.ts'
import { notifySystemWith } from '../../test/support/notify-world.ts'
import { type OwnClock, ownClock } from '../../test/support/own-clock.ts'
import type { HttpClient } from '../core/context.ts'
import type { Locale } from '../core/message.ts'
import { messageMap } from '../core/message.ts'
import type { NotifySystem } from '../notify/notify-system.ts'
import { createHttpClient } from '../platform/http-client.ts'
import { storeMessages, unwritable, unwritableHint } from '../store/messages.ts'
import { createDirectNotice, type DirectNotice, directNoticeTexts } from './direct-notice.ts'

const messages = messageMap([...directNoticeTexts, ...storeMessages])
const minuteMs = 60_000
const hourMs = 3_600_000

interface Told {
  readonly id: string
  readonly state: string
  readonly title: string
  readonly remedy: string | null
}

const toldBy = ({ received }: HttpReceiver): Told[] =>
  received.map(({ headers, body }) => ({ id: String(headers['webhook-id']), ...JSON.parse(body).data.alerts[0] }))
const statesBy = (receiver: HttpReceiver): string[] => toldBy(receiver).map(({ state }) => state)

describe('a state that cannot be written', () => {
  let one: HttpReceiver
  let other: HttpReceiver
  let http: HttpClient
  let clock: OwnClock
  let isBad: boolean
  let notice: DirectNotice
  let refused: string[]

  const noticeIn = async (locale: Locale): Promise<DirectNotice> => {
    const webhook = (url: string) => ({ kind: 'webhook', url, allowPrivate: true })
    const channels = await notifySystemWith({ one: webhook(one.url), other: webhook(other.url) })
    const system: NotifySystem = { ...channels, locale }
    const reason = unwritable({ where: '/var/lib/vigie', detail: 'disk full' })
    return createDirectNotice({
      clock,
      http,
      health: { problem: () => (isBad ? reason : undefined), remedy: () => unwritableHint({}) },
      systems: () => [system],
      messages,
      signal: new AbortController().signal,
      refused: (channel) => void refused.push(channel),
    })
  }
  beforeEach(async () => {
    http = createHttpClient({})
    one = await startHttpReceiver()
    other = await startHttpReceiver()
    clock = ownClock(new Date('2026-11-21T10:00:00Z'))
    isBad = false
    refused = []
    notice = await noticeIn('en')
  })
  afterEach(async () => {
    await http.close()
    await one[Symbol.asyncDispose]()
    await other[Symbol.asyncDispose]()
  })
  const pass = async (ms: number, isFailing = isBad): Promise<void> => {
    isBad = isFailing
    for (let passed = 0; passed < ms; passed += 1000) {
      clock.advance(1000)
      await notice.tick()
    }
  }

  it('is told once on every channel, however long it lasts, and its end once', async () => {
    await pass(5 * minuteMs, true)
    assert.deepEqual([statesBy(one), statesBy(other)], [['firing'], ['firing']])
    await pass(5 * minuteMs, false)
    assert.deepEqual(
      [statesBy(one), statesBy(other)],
      [
        ['firing', 'resolved'],
        ['firing', 'resolved'],
      ],
    )
    await pass(minuteMs, true)
    assert.deepEqual(statesBy(one), ['firing', 'resolved', 'firing'])
    assert.deepEqual(refused, [])
  })

  it('says what cannot be written, since when and what to do, in both languages', async () => {
    await pass(minuteMs, true)
    await pass(2 * minuteMs, false)
    notice = await noticeIn('fr')
    await pass(minuteMs, true)
    await pass(2 * minuteMs, false)
    assert.deepEqual(
      toldBy(one).map(({ title, remedy }) => [title, remedy]),
      [
        [
          'Vigie has not been able to keep what it sees of shop since Sat 21 Nov, 10:00, and sends no other alert until it can: The state in /var/lib/vigie cannot be written: disk full',
          'Make room, or give the folder to your user, or keep the state elsewhere: --data DIR. The watch goes on by itself as soon as it can write.',
        ],
        ['Vigie keeps what it sees of shop again, after 59\u00a0s: alerts are sent as before', null],
        [
          "Vigie ne peut plus garder ce qu'elle voit de shop depuis sam. 21 nov., 10:03, et n'envoie aucune autre alerte d'ici là\u00a0: L'état dans /var/lib/vigie ne peut pas être écrit\u00a0: disk full",
          "Libérez de la place, donnez le dossier à votre utilisateur, ou gardez l'état ailleurs\u00a0: --data DOSSIER. La veille reprend seule dès qu'elle peut écrire.",
        ],
        [
          "Vigie garde de nouveau ce qu'elle voit de shop, après 59\u00a0s\u00a0: les alertes partent comme avant",
          null,
        ],
      ],
    )
  })

  it('is told again every six hours, each time as a message of its own', async () => {
    await pass(minuteMs, true)
    for (let hour = 0; hour < 13; hour++) {
      clock.advance(hourMs - minuteMs)
      await pass(minuteMs)
    }
    const told = toldBy(one)
    assert.deepEqual(
      told.map(({ state }) => state),
      ['firing', 'firing', 'firing'],
    )
    assert.equal(new Set(told.map(({ id }) => id)).size, 3)
  })

  it('is nothing for a moment, and one trouble while some writes pass and others do not', async () => {
    await pass(5000, true)
    await pass(5 * minuteMs, false)
    assert.deepEqual(statesBy(one), [])
    for (let round = 0; round < 20; round++) await pass(7000, round % 2 === 0)
    assert.deepEqual(statesBy(one), ['firing'])
    await pass(2 * minuteMs, false)
    assert.deepEqual(statesBy(one), ['firing', 'resolved'])
  })

  it('is told again and again to a channel that does not take it, under one id, until it does or all is well', async () => {
    one.answer({ status: 503 }, { status: 503 }, { status: 200 })
    other.answer({ status: 503 })
    await pass(2 * minuteMs, true)
    assert.deepEqual(statesBy(one), ['firing', 'firing', 'firing'])
    assert.equal(new Set(toldBy(one).map(({ id }) => id)).size, 1)
    await pass(2 * minuteMs, false)
    assert.deepEqual(statesBy(one).slice(3), ['resolved'])
    assert.ok(!statesBy(other).includes('resolved'), 'who was told nothing is not told that it is over')
    assert.ok(refused.includes('one') && refused.includes('other'))
  })
})
