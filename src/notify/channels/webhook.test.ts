import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { describe, it } from 'node:test'
import { startHttpReceiver } from '../../../test/support/http-receiver.ts'
import { aNotification, anItem, withContext, wordsIn } from '../../../test/support/notifications.ts'
import type { Delivery, Notification } from '../../core/channel.ts'
import { webhookChannel } from './webhook.ts'
import { webhookOptions } from './webhook-options.ts'
import { placeholders } from './webhook-template.ts'

const rendered = (options: object = {}, changes: Partial<Notification> = {}) =>
  webhookChannel.render(
    aNotification(changes),
    webhookOptions.parse({ url: 'https://example.org/hook', ...options }),
    wordsIn(changes.locale ?? 'en'),
  )
const deliver = (options: object, changes = {}): Promise<Delivery> =>
  withContext(
    (ctx) => webhookChannel.deliver(rendered(options), webhookOptions.parse({ allowPrivate: true, ...options }), ctx),
    changes,
  )
const problems = (options: object): string =>
  webhookOptions
    .safeParse({ url: 'https://example.org/hook', ...options })
    .error?.issues.map((issue) =>
      [issue.message, ...Object.values(('params' in issue && issue.params) || {})].join(' '),
    )
    .join(' ') ?? 'fine'
const told = (delivery: Delivery): string =>
  delivery.status === 'delivered' ? 'delivered' : `${delivery.reason.code} ${delivery.isRetryable ? 'later' : 'final'}`

describe('the body of a webhook', () => {
  it('is all that is known, when there is no template', () => {
    assert.deepEqual(JSON.parse(rendered().body), {
      type: 'vigie.alerts',
      timestamp: '2026-11-21T09:00:05.000Z',
      data: {
        id: 'm1',
        system: 'MonAssurance',
        kind: 'alerts',
        at: '2026-11-21T09:00:05.000Z',
        locale: 'en',
        publicUrl: null,
        alerts: [{ ...anItem(), startedAt: '2026-11-21T09:00:00.000Z', resolvedAt: null, acknowledgeUrl: null }],
      },
    })
  })

  it('is the template with what it names, in both languages', () => {
    const template = '{"text": "{{headline}}", "n": {{ count }}, "all": {{data}}, "lines": "{{text}}"}'
    const read = (locale: 'en' | 'fr') => JSON.parse(rendered({ template }, { locale }).body)
    assert.equal(read('en').text, 'Critical: http://localhost:8000/health answers 503')
    assert.equal(read('fr').text, 'Critique\u00a0: http://localhost:8000/health answers 503')
    assert.deepEqual([read('fr').n, read('fr').all.id], [1, 'm1'])
    assert.equal(read('fr').lines, 'Critique · api · http://localhost:8000/health answers 503')
  })

  it('stays JSON whatever a title says, and fills nothing in twice', () => {
    const title = '"}, {{id}} \\ \n\u2028'
    const { body } = rendered({ template: '{"t": "{{title}}"}' }, { items: [anItem({ title })] })
    assert.deepEqual(JSON.parse(body), { t: title })
  })

  it('may be plain text', () => {
    const { body, contentType } = rendered({
      template: '{{severity}}: {{title}} "{{remedy}}" {{resolvedAt}}.',
      contentType: 'text/plain',
    })
    assert.equal(body, 'critical: http://localhost:8000/health answers 503 "docker compose restart api" .')
    assert.equal(contentType, 'text/plain')
  })

  it('has a value for every placeholder that is documented', () => {
    for (const name of Object.keys(placeholders)) {
      const { body } = rendered(
        { template: `{{${name}}}`, contentType: 'text/plain' },
        { publicUrl: 'u', items: [anItem({ acknowledgeUrl: 'u', state: 'resolved', resolvedAt: new Date(0) })] },
      )
      assert.notEqual(body, '', name)
    }
  })
})

describe('the options of the webhook channel', () => {
  it('name what is no placeholder, no JSON and no header of the writer', () => {
    assert.match(problems({ template: '{"a": "{{titel}}"}' }), /^config\.not-a-placeholder titel id, kind/)
    assert.match(problems({ template: '"{{toString}}"' }), /^config\.not-a-placeholder toString/)
    assert.match(problems({ template: '{"a": {{title}}}' }), /^config\.not-a-json-template/)
    assert.equal(problems({ template: '{{title}}', contentType: 'text/plain' }), 'fine')
    for (const name of ['Webhook-Id', 'Host', 'content-length', 'a b', 'x\r\ny'])
      assert.notEqual(problems({ headers: { [name]: 'x' } }), 'fine')
    assert.equal(problems({ headers: { Authorization: { env: 'X' } } }), 'fine')
    for (const url of ['example.org/hook', 'file:///etc/passwd'])
      assert.equal(problems({ url }), 'config.not-a-web-address')
  })
})

describe('the webhook channel at a real receiver', () => {
  it('signs what it sends as Standard Webhooks', async () => {
    await using server = await startHttpReceiver()
    const key = Buffer.from('a key of some length')
    const now = new Date('2026-11-21T10:00:00.999Z')
    const clock = { now: () => now, monotonicMs: () => 0 }
    const options = {
      url: `${server.url}/hook?x=1`,
      secret: `whsec_${key.toString('base64')}`,
      headers: { 'X-Key': 'a\r\nb: c' },
    }
    assert.equal(told(await deliver(options, { clock })), 'delivered')
    const { headers, body, path, method } = server.received[0] ?? assert.fail()
    assert.deepEqual(
      [method, path, headers['webhook-id'], headers['webhook-timestamp']],
      ['POST', '/hook?x=1', 'm1', '1795255200'],
    )
    const signature = createHmac('sha256', key).update(`m1.1795255200.${body}`).digest('base64')
    assert.equal(headers['webhook-signature'], `v1,${signature}`)
    assert.deepEqual(
      [headers['x-key'], headers['b'], headers['content-type']],
      ['a b: c', undefined, 'application/json'],
    )
    assert.equal(body, rendered(options).body)
  })

  it('takes a secret as it is written when it is no whsec_', async () => {
    await using server = await startHttpReceiver()
    await deliver({ url: server.url, secret: 'plain' })
    const { headers, body } = server.received[0] ?? assert.fail()
    const signature = createHmac('sha256', 'plain')
      .update(`m1.${headers['webhook-timestamp']}.${body}`)
      .digest('base64')
    assert.equal(headers['webhook-signature'], `v1,${signature}`)
  })

  it('goes to no internal address unless that is allowed, nor to anything but http', async () => {
    await using server = await startHttpReceiver()
    assert.equal(told(await deliver({ url: server.url, allowPrivate: false })), 'notify.internal-address final')
    const name = server.url.replace('127.0.0.1', 'localhost')
    assert.equal(told(await deliver({ url: name, allowPrivate: false })), 'notify.internal-address final')
    // What is named is looked at only here.
    const named = { ...webhookOptions.parse({ url: 'https://example.org' }), url: 'file:///etc/passwd' }
    const refused = await withContext((ctx) => webhookChannel.deliver(rendered(), named, ctx))
    assert.equal(told(refused), 'notify.not-http final')
    assert.equal(server.received.length, 0)
  })

  it('does not follow a redirect to an internal address, nor any other', async () => {
    await using inner = await startHttpReceiver()
    await using server = await startHttpReceiver()
    server.answer({ status: 307, headers: { location: `${inner.url}/admin` } })
    assert.equal(told(await deliver({ url: server.url })), 'notify.redirected final')
    assert.equal(inner.received.length, 0)
  })

  for (const [status, expected] of [
    [404, 'final'],
    [401, 'final'],
    [410, 'final'],
    [408, 'later'],
    [429, 'later'],
    [500, 'later'],
    [503, 'later'],
  ] as const) {
    it(`takes ${status} for ${expected === 'final' ? 'final' : 'a refusal for now'}`, async () => {
      await using server = await startHttpReceiver()
      server.answer({ status, headers: { 'retry-after': '30' } })
      const delivery = await deliver({ url: server.url })
      assert.equal(told(delivery), `notify.http-refused ${expected}`)
      assert.equal(delivery.status === 'refused' && delivery.retryAfterMs, expected === 'later' ? 30_000 : undefined)
    })
  }

  it('may try again when the answer does not come', async () => {
    await using server = await startHttpReceiver()
    server.answer({ status: 0 })
    assert.equal(told(await deliver({ url: server.url }, { timeoutMs: 50 })), 'notify.no-answer later')
    assert.equal(told(await deliver({ url: 'http://127.0.0.1:1/' })), 'notify.no-answer later')
  })
})
