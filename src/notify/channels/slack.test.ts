import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startHttpReceiver } from '../../../test/support/http-receiver.ts'
import { aNotification, anItem, withContext, wordsIn } from '../../../test/support/notifications.ts'
import type { Delivery, Notification } from '../../core/channel.ts'
import { slackChannel } from './slack.ts'

const rendered = (notification: Notification) =>
  slackChannel.render(notification, { url: 'x' }, wordsIn(notification.locale))
const deliver = (url: string): Promise<Delivery> =>
  withContext((ctx) => slackChannel.deliver(rendered(aNotification()), { url }, ctx))

describe('the Slack message of a notification', () => {
  for (const locale of ['en', 'fr'] as const) {
    it(`has a text and blocks in ${locale}`, (t) => {
      const resolved = anItem({
        alert: 'a2',
        state: 'resolved',
        severity: 'low',
        remedy: undefined,
        resolvedAt: new Date('2026-11-21T09:01:05Z'),
      })
      const items = [anItem({ acknowledgeUrl: 'https://vigie.example/ack/x' }), resolved]
      t.assert.snapshot(rendered(aNotification({ locale, items, publicUrl: 'https://vigie.example' })))
    })
  }

  it('mentions nobody and makes no link of what others wrote', () => {
    const title = '<!channel> <https://evil|here> & `x` *y* :fire:'
    const message = rendered(aNotification({ system: '<!here>', items: [anItem({ title, remedy: '<@U1>' })] }))
    const texts = JSON.stringify(message)
    assert.ok(!/<[!@h]/.test(texts))
    assert.ok(texts.includes('&lt;!channel&gt;') && texts.includes('&amp; `x` *y*'))
  })

  it('stays within the limits of Slack, whatever there is to tell', () => {
    const items = Array.from({ length: 300 }, (_, index) =>
      anItem({ alert: `a${index}`, title: '&\u{1F600}'.repeat(5000) }),
    )
    const { blocks, text } = rendered(aNotification({ items, publicUrl: 'https://v.example/?a=<|>' }))
    assert.equal(blocks.length, 23)
    assert.ok(text.length <= 3000)
    for (const block of blocks) assert.ok(JSON.stringify(block).length < 3500)
    assert.match(JSON.stringify(blocks), /… and 280 more/)
    assert.ok(JSON.stringify(blocks).includes('%7C'))
  })
})

describe('the Slack channel at a real receiver', () => {
  it('posts JSON', async () => {
    await using server = await startHttpReceiver()
    assert.deepEqual(await deliver(`${server.url}/services/T/B/x`), { status: 'delivered' })
    const [request] = server.received
    assert.deepEqual(
      [request?.method, request?.path, request?.headers['content-type']],
      ['POST', '/services/T/B/x', 'application/json'],
    )
    assert.deepEqual(JSON.parse(request?.body ?? ''), JSON.parse(JSON.stringify(rendered(aNotification()))))
  })

  const cases: readonly (readonly [number, Record<string, string>, boolean, number | undefined])[] = [
    [429, { 'retry-after': '17' }, true, 17_000],
    [429, {}, true, undefined],
    [503, { 'retry-after': 'Sat, 21 Nov 2099 10:00:00 GMT' }, true, 3_600_000],
    [500, { 'retry-after': 'soon' }, true, undefined],
    [400, { 'retry-after': '17' }, false, undefined],
    [403, {}, false, undefined],
    [404, {}, false, undefined],
    [410, {}, false, undefined],
    [302, { location: 'http://127.0.0.1:1/' }, false, undefined],
  ]
  for (const [status, headers, isRetryable, retryAfterMs] of cases) {
    it(`takes ${status} ${JSON.stringify(headers)} for ${isRetryable ? 'a refusal for now' : 'final'}`, async () => {
      await using server = await startHttpReceiver()
      server.answer({ status, headers, body: 'no_service\n' })
      const delivery = await deliver(server.url)
      assert.ok(delivery.status === 'refused')
      assert.deepEqual([delivery.isRetryable, delivery.retryAfterMs], [isRetryable, retryAfterMs])
      assert.equal(server.received.length, 1)
    })
  }

  it('may try again when nobody answers', async () => {
    const delivery = await deliver('http://127.0.0.1:1/')
    assert.ok(delivery.status === 'refused' && delivery.isRetryable)
    const wrong = await deliver('file:///etc/passwd')
    assert.ok(wrong.status === 'refused' && !wrong.isRetryable)
  })
})
