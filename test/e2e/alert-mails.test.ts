import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { generate } from 'selfsigned'
import type { SMTPServerOptions } from 'smtp-server'
import { vigie } from '../support/cli.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { mailParts } from '../support/mail-parts.ts'
import { ownClock } from '../support/own-clock.ts'
import { startOwnDaemon } from '../support/own-daemon.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'
import { startSmtpReceiver } from '../support/smtp-receiver.ts'

const minute = 60_000
/** As the collector of a service's own metrics looks. */
const look = 15_000
const start = new Date('2026-11-21T10:00:00Z')

describe('[A15] alerts by e-mail, over STARTTLS and with a login, of the error ratio that a service counts', () => {
  let api: HttpReceiver
  let smtp: SMTPServerOptions
  let logins: string[]
  let requests = 0
  let errors = 0
  before(async () => {
    api = await startHttpReceiver()
    const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }])
    smtp = {
      key,
      cert,
      authOptional: false,
      onAuth: ({ username, password }, session, done) => {
        logins.push(`${username} ${password} ${session.secure ? 'encrypted' : 'in the clear'}`)
        if (password === 'right') done(null, { user: username ?? '' })
        else done(Object.assign(new Error('Username and Password not accepted'), { responseCode: 535 }))
      },
    }
  })
  after(async () => api[Symbol.asyncDispose]())

  /** The service goes on for one look, and this share of its answers are errors of its own. */
  const serving = (share: number) => (): void => {
    requests += 1000
    errors += 1000 * share
    const body = `# TYPE http_requests_total counter
http_requests_total{method="GET",endpoint="/",status="200"} ${requests - errors}
http_requests_total{method="GET",endpoint="/",status="500"} ${errors}
`
    api.answer({ status: 200, headers: { 'content-type': 'text/plain; version=0.0.4' }, body })
  }
  const shop = (port: number, { locale = 'en', password = 'right', more = '' } = {}): ScratchSystem => {
    logins = []
    const system = scratchSystem(`import { defineSystem, email, http, secretFile, webhook } from 'vigie'
export default defineSystem({
  name: 'AutoDev', locale: '${locale}', timezone: 'Europe/Paris',
  components: { api: http({ url: '${api.url}', metrics: '/metrics', checks: { latency: false } }) },
  channels: {
    team: email({
      host: '127.0.0.1', port: ${port}, user: 'alerts', password: secretFile('password'), allowInvalidCertificate: true,
      from: 'alerts@autodev.example', to: 'admin@autodev.example',
    }),
    ${more}
  },
})
`)
    system.write('password', password)
    return system
  }

  for (const { locale, subjects, text, html } of [
    {
      locale: 'en',
      subjects: [
        /^\[AutoDev Alert\] Medium: api: [1-4]\.\d+% of the answers are server errors, above 1%/,
        /^\[AutoDev Alert\] Critical: api: [5-9]\.\d+% of the answers are server errors, above 5%/,
        /^\[AutoDev Alert\] Resolved: api: .*% of the answers/,
        /^\[AutoDev Alert\] Resolved: api: .*% of the answers/,
      ],
      text: /^What to do: Read the errors/m,
      html: /<html lang="en">[\s\S]*What to do: Read the errors/,
    },
    {
      locale: 'fr',
      subjects: [
        /^\[AutoDev Alert\] Moyen\u00a0: api\u00a0: [1-4],\d+\u00a0% des réponses sont des erreurs du serveur, au-dessus de 1\u00a0%/,
        /^\[AutoDev Alert\] Critique\u00a0: api\u00a0: [5-9],\d+\u00a0% des réponses sont des erreurs du serveur, au-dessus de 5\u00a0%/,
        /^\[AutoDev Alert\] Résolu\u00a0: api\u00a0: .*% des réponses/,
        /^\[AutoDev Alert\] Résolu\u00a0: api\u00a0: .*% des réponses/,
      ],
      text: /^Que faire\u00a0: Lisez les erreurs/m,
      html: /<html lang="fr">[\s\S]*Que faire\u00a0: Lisez les erreurs/,
    },
  ]) {
    it(`warns above 1 %, is critical above 5 %, and tells each end once, in ${locale}`, async () => {
      await using mail = await startSmtpReceiver(smtp)
      const system = shop(mail.port, { locale })
      const clock = ownClock(start)
      const daemon = await startOwnDaemon(system, clock)
      try {
        await daemon.pass(10 * minute, look, serving(0.01))
        assert.deepEqual(mail.mails, [], 'at 1 % nobody is told')
        await daemon.pass(10 * minute, look, serving(0.02))
        await mail.until(1)
        assert.equal(mail.mails.length, 1)
        await daemon.pass(10 * minute, look, serving(0.08))
        await mail.until(2)
        assert.equal(mail.mails.length, 2)
        await daemon.pass(20 * minute, look, serving(0))
        await mail.until(4)
        assert.equal(mail.mails.length, 4)
        const read = mail.mails.map(mailParts)
        for (const [index, one] of read.entries()) assert.match(one.subject, subjects[index] ?? /^$/)
        for (const one of read) for (const form of [one.text, one.html]) assert.match(form, /api/)
        for (const { secure, user, to } of mail.mails) {
          assert.deepEqual([secure, user, to], [true, 'alerts', ['admin@autodev.example']])
        }
        assert.match(read[1]?.text ?? '', text)
        assert.match(read[1]?.html ?? '', html)
        assert.deepEqual([...new Set(logins)], ['alerts right encrypted'])
        assert.deepEqual(daemon.told, [])
      } finally {
        await daemon.stop()
        system.remove()
      }
    })
  }

  it('keeps an alert while the server is down, over a restart of the watch as well, and sends one mail when it is back', async () => {
    let mail = await startSmtpReceiver(smtp)
    const { port } = mail
    const system = shop(port)
    const clock = ownClock(start)
    let daemon = await startOwnDaemon(system, clock)
    try {
      await daemon.pass(5 * minute, look, serving(0))
      await mail[Symbol.asyncDispose]()
      await daemon.pass(10 * minute, look, serving(0.02))
      const waiting = await daemon.store.outbox.list({ state: 'waiting', limit: 9 })
      assert.deepEqual(
        waiting.map(({ channel, items, lastError }) => [channel, items.length, lastError?.code]),
        [['team', 1, 'notify.smtp-unreachable']],
      )
      assert.ok((waiting[0]?.attempts ?? 0) > 3)
      assert.equal(daemon.told.length, 1, 'told once, however often it is tried')
      await daemon.stop()
      daemon = await startOwnDaemon(system, clock)
      await daemon.pass(20 * minute, look, serving(0.02))
      mail = await startSmtpReceiver(smtp, port)
      await daemon.pass(12 * minute, look, serving(0.02))
      assert.equal(mail.mails.length, 1)
      assert.match(mail.mails[0]?.headers.get('subject') ?? '', /^\[AutoDev Alert\] Medium: api: /)
      assert.deepEqual(await daemon.store.outbox.list({ state: 'waiting', limit: 9 }), [])
    } finally {
      await daemon.stop()
      await mail[Symbol.asyncDispose]()
      system.remove()
    }
  })

  it('tells of a wrong password where people look, tries it once a message, and delivers when it is right', async () => {
    await using mail = await startSmtpReceiver(smtp)
    await using chat = await startHttpReceiver()
    const more = `chat: webhook({ url: '${chat.url}/hook', allowPrivate: true }),`
    const system = shop(mail.port, { password: 'wrong', more })
    const clock = ownClock(start)
    const daemon = await startOwnDaemon(system, clock)
    try {
      await daemon.pass(60 * minute, look, serving(0.02))
      assert.deepEqual(logins, ['alerts wrong encrypted'])
      assert.equal(daemon.told.length, 1)
      assert.match(daemon.told[0] ?? '', /^AutoDev team: .*notify\.smtp-login.*Username and Password not accepted/)
      const told = chat.received.map(({ body }) => JSON.parse(body).data)
      assert.match(JSON.stringify(told), /team.*did not let us log in: 535.*Check user and password/)
      for (const [locale, words] of [
        ['en', /did not let us log in: 535 .*not accepted\. Check user and password/],
        ['fr', /a refusé notre connexion\u00a0: 535 .*not accepted\. Vérifiez l'identifiant/],
      ] as const) {
        const listed = await vigie(['channels', 'list', '--locale', locale, ...system.config])
        assert.match(listed.stdout.replace(/\s*\n\s*/g, ' '), words)
      }
      system.write('password', 'right')
      await daemon.pass(10 * minute, look, serving(0.08))
      assert.deepEqual(
        mail.mails.map(({ headers }) => /Critical|Medium/.exec(headers.get('subject') ?? '')?.[0]),
        ['Critical'],
      )
    } finally {
      await daemon.stop()
      system.remove()
    }
  })
})
