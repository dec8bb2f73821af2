import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { generate } from 'selfsigned'
import type { SMTPServerOptions } from 'smtp-server'
import { aNotification, anItem, notifyTexts, withContext, wordsIn } from '../../../test/support/notifications.ts'
import { startSmtpReceiver } from '../../../test/support/smtp-receiver.ts'
import type { Delivery, Notification } from '../../core/channel.ts'
import { tcpAddress } from '../../platform/tcp-address.ts'
import { emailChannel } from './email.ts'
import { emailOptions } from './email-options.ts'

const base = { host: '127.0.0.1', security: 'none', from: 'Vigie <vigie@example.org>', to: 'eve@example.org' } as const
const rendered = (notification: Notification, changes = {}) =>
  emailChannel.render(notification, emailOptions.parse({ ...base, ...changes }), wordsIn(notification.locale))
const mail = rendered(aNotification())
const deliver = (options: object, message = mail, changes = {}): Promise<Delivery> =>
  withContext((ctx) => emailChannel.deliver(message, emailOptions.parse({ ...base, ...options }), ctx), changes)
const told = (delivery: Delivery): string =>
  delivery.status === 'delivered' ? 'delivered' : `${delivery.reason.code} ${delivery.isRetryable ? 'later' : 'final'}`
const refusal = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode })
const over = anItem({
  alert: 'a2',
  state: 'resolved',
  severity: 'high',
  title: 'Disk <b>full</b>',
  resolvedAt: new Date('2026-11-21T11:02:00Z'),
})

describe('the mail of a notification', () => {
  const several = aNotification({ items: [anItem(), anItem({ alert: 'b', severity: 'low' }), over] })
  const subjects: readonly (readonly [string, Notification, string, string])[] = [
    [
      'one alert',
      aNotification(),
      '[MonAssurance Alert] Critical: http://localhost:8000/health answers 503',
      '[MonAssurance Alert] Critique\u00a0: http://localhost:8000/health answers 503',
    ],
    [
      'its end',
      aNotification({ items: [over] }),
      '[MonAssurance Alert] Resolved: Disk <b>full</b>',
      '[MonAssurance Alert] Résolu\u00a0: Disk <b>full</b>',
    ],
    [
      'several',
      aNotification({ items: [anItem(), anItem({ alert: 'b' })] }),
      '[MonAssurance Alert] 2 alerts, the worst: http://localhost:8000/health answers 503',
      '[MonAssurance Alert] 2 alertes, la plus grave\u00a0: http://localhost:8000/health answers 503',
    ],
    [
      'some of them over',
      several,
      '[MonAssurance Alert] 2 alerts and 1 resolved: http://localhost:8000/health answers 503',
      '[MonAssurance Alert] 2 alertes et 1 résolue\u00a0: http://localhost:8000/health answers 503',
    ],
    [
      'several ends',
      aNotification({ items: [over, { ...over, alert: 'a3' }] }),
      '[MonAssurance Alert] 2 alerts resolved',
      '[MonAssurance Alert] 2 alertes résolues',
    ],
    [
      'a canary',
      aNotification({ kind: 'canary', items: [anItem({ title: 'All is well.' })] }),
      '[MonAssurance Test] All is well.',
      '[MonAssurance Test] All is well.',
    ],
    [
      'a notice',
      aNotification({ kind: 'notice', items: [anItem({ title: 'Slack fails.' })] }),
      '[MonAssurance Alert] Slack fails.',
      '[MonAssurance Alert] Slack fails.',
    ],
  ]
  for (const [what, notification, english, french] of subjects) {
    it(`has a subject for ${what}, in both languages`, () => {
      assert.equal(rendered(notification).subject, english)
      assert.equal(rendered({ ...notification, locale: 'fr' }).subject, french)
    })
  }

  for (const locale of ['en', 'fr'] as const) {
    it(`reads well in ${locale}, as text and as HTML`, (t) => {
      const acknowledgeUrl = 'https://vigie.example/ack/x?a=1&b=2'
      const items = [anItem({ acknowledgeUrl }), over]
      const whole = rendered(aNotification({ locale, items, publicUrl: 'https://vigie.example' }))
      t.assert.snapshot(whole.text.split('\n'))
      t.assert.snapshot(whole.html.split('\n'))
    })
  }

  it('escapes what others wrote, and names nothing outside itself', () => {
    const { html } = rendered(
      aNotification({ system: 'A<script>', items: [over, anItem({ title: `"><img src=x onerror='x'>` })] }),
    )
    assert.ok(!/<script|<img|<b>/.test(html))
    assert.ok(!/<[^>]*\bsrc=|url\(|@import|<link/.test(html))
  })

  it('shows fifty of a thousand alerts and says how many more there are', () => {
    const items = Array.from({ length: 1000 }, (_, index) => anItem({ alert: `a${index}` }))
    const { html, text, references } = rendered(aNotification({ items }))
    assert.match(text, /… and 950 more/)
    assert.equal(html.split('border-left').length - 1, 50)
    assert.equal(references.length, 10)
  })

  it('keeps its id, and binds what is told of one alert together', () => {
    assert.equal(mail.messageId, '<m1@example.org>')
    assert.deepEqual(mail.references, ['<alert.a1@example.org>'])
    const odd = rendered(aNotification({ id: 'a b>\r\nX: y' }))
    assert.match(odd.messageId, /^<[0-9a-f]{32}@example\.org>$/)
  })

  it('says all its own words in the catalog', () => {
    const { text } = rendered(aNotification({ locale: 'fr', items: [anItem(), over] }))
    assert.ok(![...notifyTexts.keys()].some((code) => text.includes(code)))
  })
})

describe('the options of the e-mail channel', () => {
  const problems = (options: object): string =>
    emailOptions
      .safeParse({ ...base, ...options })
      .error?.issues.map(({ message }) => message)
      .join(' ') ?? 'fine'
  it('take addresses with and without a name, and nothing that could be two or a header', () => {
    for (const to of ['a@b.c', 'Ève Martin <eve@é.fr>', ['a@b.c', 'd@e.f'], 'eve@localhost'])
      assert.equal(problems({ to }), 'fine')
    for (const to of ['', 'eve', 'a@b.c, d@e.f', 'a@b.c\r\nBcc: x@y.z', 'x\ny <a@b.c>', '<a@b.c> <d@e.f>', 'a@b@c', []])
      assert.notEqual(problems({ to }), 'fine', JSON.stringify(to))
  })
  it('do not let a password travel in the clear, but on the own machine', () => {
    const login = { user: 'eve', password: { env: 'X' } }
    assert.match(problems({ ...login, host: 'mail.example.org' }), /password-in-the-clear/)
    assert.equal(problems({ ...login, host: 'mail.example.org', security: 'starttls' }), 'fine')
    assert.equal(problems(login), 'fine')
    assert.match(problems({ user: 'eve' }), /user-and-password/)
  })
})

describe('the e-mail channel at a real server', async () => {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }])
  const tls: SMTPServerOptions = {
    key,
    cert,
    authOptional: false,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username ?? '' }) : done(refusal(535, 'Invalid username or password')),
  }

  it('hands a mail over that says what it should, header by header', async () => {
    await using server = await startSmtpReceiver()
    const evil = rendered(
      aNotification({ system: 'A]\r\nBcc: x@y.z', items: [anItem({ title: 'T\r\nBcc: x@y.z\r\n\r\nbody' })] }),
      {
        to: ['eve@example.org', 'Zoé <zoe@example.org>'],
      },
    )
    const delivery = await deliver({ port: server.port, to: ['eve@example.org', 'Zoé <zoe@example.org>'] }, evil)
    assert.equal(told(delivery), 'delivered')
    const [received] = server.mails
    assert.deepEqual([received?.from, received?.to], ['vigie@example.org', ['eve@example.org', 'zoe@example.org']])
    const headers = received?.headers
    assert.equal(headers?.get('subject'), '[A Bcc: x@y.z Alert] Critical: T Bcc: x@y.z body')
    assert.equal(headers?.get('message-id'), '<m1@example.org>')
    assert.equal(headers?.get('auto-submitted'), 'auto-generated')
    assert.match(headers?.get('list-id') ?? '', /<[0-9a-f]+\.vigie\.example\.org>$/)
    assert.equal(headers?.get('importance'), 'high')
    assert.match(headers?.get('content-type') ?? '', /^multipart\/alternative/)
    assert.deepEqual([headers?.has('bcc'), headers?.has('body')], [false, false])
  })

  it('logs in over STARTTLS and over TLS', async () => {
    for (const [security, secure] of [
      ['starttls', false],
      ['tls', true],
    ] as const) {
      await using server = await startSmtpReceiver({ ...tls, secure })
      const login = { port: server.port, security, user: 'eve', password: 'right', allowInvalidCertificate: true }
      assert.equal(told(await deliver(login)), 'delivered', security)
      assert.deepEqual([server.mails[0]?.user, server.mails[0]?.secure], ['eve', true])
    }
  })

  it('gives up at a wrong password, and where no login is offered, without sending', async () => {
    await using server = await startSmtpReceiver(tls)
    const login = {
      port: server.port,
      security: 'starttls',
      user: 'eve',
      password: 'wrong-one',
      allowInvalidCertificate: true,
    }
    assert.equal(told(await deliver(login)), 'notify.smtp-login final')
    await using open = await startSmtpReceiver()
    assert.equal(told(await deliver({ port: open.port, user: 'eve', password: 'right' })), 'notify.smtp-login final')
    assert.equal(open.mails.length, 0)
  })

  it('sends nothing in the clear that was to be encrypted, nor to who cannot prove who he is', async () => {
    await using plain = await startSmtpReceiver()
    assert.equal(told(await deliver({ port: plain.port, security: 'starttls' })), 'notify.smtp-refused final')
    await using own = await startSmtpReceiver({ ...tls, authOptional: true })
    assert.equal(told(await deliver({ port: own.port, security: 'starttls' })), 'notify.smtp-unreachable later')
    assert.deepEqual([plain.mails, own.mails], [[], []])
  })

  it('tells what may be tried again from what is final', async () => {
    const refusing = (code: number, step: 'onConnect' | 'onMailFrom' | 'onRcptTo'): SMTPServerOptions => ({
      [step]: (...args: unknown[]) => (args.at(-1) as (error: Error) => void)(refusal(code, 'said no')),
    })
    const cases: readonly (readonly [SMTPServerOptions, string])[] = [
      [refusing(421, 'onConnect'), 'notify.smtp-refused later'],
      [refusing(554, 'onConnect'), 'notify.smtp-refused final'],
      [refusing(451, 'onRcptTo'), 'notify.smtp-refused later'],
      [refusing(550, 'onRcptTo'), 'notify.smtp-refused final'],
      [refusing(450, 'onMailFrom'), 'notify.smtp-refused later'],
      [
        { onData: (stream, _session, done) => stream.resume().on('end', () => done(refusal(452, 'full'))) },
        'notify.smtp-refused later',
      ],
      [
        { onData: (stream, _session, done) => stream.resume().on('end', () => done(refusal(554, 'spam'))) },
        'notify.smtp-refused final',
      ],
    ]
    for (const [options, expected] of cases) {
      await using server = await startSmtpReceiver(options)
      assert.equal(told(await deliver({ port: server.port })), expected)
    }
  })

  it('does not call a mail delivered that one of its readers did not get', async () => {
    const refusing = (code: number): SMTPServerOptions => ({
      onRcptTo: ({ address }, _session, done) =>
        done(address.startsWith('gone') ? refusal(code, 'no such user') : null),
    })
    for (const [code, expected] of [
      [550, 'final'],
      [451, 'later'],
    ] as const) {
      await using server = await startSmtpReceiver(refusing(code))
      const delivery = await deliver({ port: server.port, to: ['eve@example.org', 'gone@example.org'] })
      assert.equal(told(delivery), `notify.smtp-recipients ${expected}`)
      assert.ok(delivery.status === 'refused' && delivery.reason.params['refused'] === 'gone@example.org')
      assert.equal(server.mails.length, 1)
    }
  })

  it('is given up, and lets go of the connection, when a server takes the mail and never says so', async () => {
    const limit = new AbortController()
    const gone = Promise.withResolvers<void>()
    await using server = await startSmtpReceiver({
      onData: (stream) => void stream.resume().on('end', () => limit.abort()),
      onClose: () => gone.resolve(),
    })
    const delivery = await deliver({ port: server.port }, mail, { signal: limit.signal })
    assert.equal(told(delivery), 'notify.smtp-unreachable later')
    await gone.promise
  })

  it('may try again when nobody listens, when nobody greets, and when the name is not known', async () => {
    assert.equal(told(await deliver({ port: 1 })), 'notify.smtp-unreachable later')
    assert.equal(
      told(await deliver({ host: 'nowhere.invalid', security: 'starttls' })),
      'notify.smtp-unreachable later',
    )
    const silent = createServer((socket) => void socket.on('error', () => undefined))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const port = tcpAddress(silent).port
    assert.equal(told(await deliver({ port }, mail, { timeoutMs: 100 })), 'notify.smtp-unreachable later')
    silent.close()
  })

  it('never repeats a password in what it says', async () => {
    await using server = await startSmtpReceiver(tls)
    const login = {
      port: server.port,
      security: 'starttls',
      user: 'eve',
      password: 'hunter2hunter2',
      allowInvalidCertificate: true,
    }
    assert.ok(!JSON.stringify(await deliver(login)).includes('hunter2'))
  })
})
