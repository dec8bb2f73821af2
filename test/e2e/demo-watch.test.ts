import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Demo, startDemo } from '../../src/demo/start-demo.ts'
import { vigie } from '../support/cli.ts'
import { type RunningDaemon, startUp } from '../support/daemon.ts'
import { startDeadman } from '../support/deadman.ts'
import { demoCopy } from '../support/demo-copy.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { mailParts } from '../support/mail-parts.ts'
import { allTold } from '../support/outbox.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'
import { type SmtpReceiver, startSmtpReceiver } from '../support/smtp-receiver.ts'

describe('the demo system under watch', { concurrency: 1 }, () => {
  let demo: Demo
  let chat: HttpReceiver
  let mail: SmtpReceiver
  let system: ScratchSystem
  let daemon: RunningDaemon

  before(async () => {
    chat = await startHttpReceiver()
    mail = await startSmtpReceiver()
    system = demoCopy(`
  publicUrl: 'https://vigie.example.org',
  channels: {
    team: email({ host: '127.0.0.1', port: ${mail.port}, security: 'none', from: 'vigie@example.org', to: 'team@example.org' }),
    chat: slack({ url: '${chat.url}/services/T/B/x' }),
  },`)
    demo = await startDemo(system.dir, false)
    daemon = await startUp(system)
  })
  after(async () => {
    await daemon?.kill()
    await demo?.stop()
    for (const one of [chat, mail]) await one[Symbol.asyncDispose]()
    system.remove()
  })

  it('tells the loss of its database once by mail and chat, is taken by the link of the mail alone, and tells the end once', async () => {
    const post = (path: string): Promise<Response> => fetch(`${demo.apiUrl}${path}`, { method: 'POST' })
    assert.equal((await post('/break')).status, 200)
    await Promise.all([mail.until(1), chat.until(1)])
    const [first] = mail.mails
    assert.ok(first !== undefined)
    const { subject, text } = mailParts(first)
    assert.equal(subject, '[Demo Alert] Critical: api: checks.database says "unhealthy"')
    assert.match(chat.received[0]?.body ?? '', /checks\.database says \\"unhealthy\\"/)

    const path = /https:\/\/vigie\.example\.org(?<path>\/a\/[\w.~-]+)/.exec(text)?.groups?.['path'] ?? ''
    const acknowledged = async (): Promise<unknown> =>
      (await vigie(['alerts', 'list', '--json', ...system.config])).json().alerts[0]?.acknowledgedAt
    for (const method of ['GET', 'HEAD', 'GET']) await fetch(`${daemon.url}${path}`, { method })
    assert.match(await (await fetch(`${daemon.url}${path}`)).text(), /<form[^>]*method="post"/i)
    assert.equal(await acknowledged(), null)
    assert.equal((await fetch(`${daemon.url}${path}`, { method: 'POST' })).status, 200)
    assert.equal(typeof (await acknowledged()), 'string')
    await allTold(system, 'Demo')
    assert.deepEqual([mail.mails.length, chat.received.length], [1, 1])

    assert.equal((await post('/repair')).status, 200)
    await Promise.all([mail.until(2), chat.until(2)])
    await allTold(system, 'Demo')
    assert.deepEqual(
      mail.mails.map((one) => mailParts(one).subject),
      [subject, subject.replace('Critical', 'Resolved')],
    )
    assert.equal(chat.received.length, 2)
    assert.equal(daemon.told(), '')
  })
})

describe('vigie up without a channel', () => {
  it('says that nobody will be told, in the language of the reader', async () => {
    await using outside = await startDeadman(1000)
    const system = scratchSystem(`import { defineSystem, tcp } from 'vigie'
export default defineSystem({ name: 'Shop', components: { it: tcp({ host: '127.0.0.1', port: 9 }) }, deadman: { url: '${outside.url}', every: '1s' } })
`)
    const end = new AbortController()
    const up = vigie(['up', '--port', '0', '--locale', 'fr', ...system.config], { signal: end.signal })
    // By its second ping it has said all that it says at its start.
    await Promise.race([outside.until(2), up])
    end.abort()
    const { stdout, stderr } = await up
    assert.match(stdout, /^Veille sur Shop\u00a0: 1 contrôle\u00a0; http:/)
    assert.match(stderr, /^Personne ne sera prévenu\u00a0: aucun canal n'est configuré pour Shop\./)
    system.remove()
  })
})
