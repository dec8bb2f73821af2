import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { type RunningDaemon, startUp } from '../support/daemon.ts'
import { type HttpReceiver, startHttpReceiver } from '../support/http-receiver.ts'
import { type ScratchSystem, scratchSystem } from '../support/scratch-system.ts'
import { type SmtpReceiver, startSmtpReceiver } from '../support/smtp-receiver.ts'

describe('a system under watch', () => {
  let api: HttpReceiver
  let slack: HttpReceiver
  let mail: SmtpReceiver
  let system: ScratchSystem
  let daemon: RunningDaemon

  before(async () => {
    api = await startHttpReceiver()
    slack = await startHttpReceiver()
    mail = await startSmtpReceiver()
    system = scratchSystem(`import { defineSystem, http } from 'vigie'
export default defineSystem({
  name: 'Shop',
  publicUrl: 'http://vigie.test',
  components: { api: http({ url: '${api.url}', checks: { status: { every: '1s' }, latency: false } }) },
  channels: {
    team: { kind: 'email', host: '127.0.0.1', port: ${mail.port}, security: 'none', from: 'vigie@example.test', to: 'team@example.test' },
    chat: { kind: 'slack', url: '${slack.url}/services/T/B/x' },
  },
} as never)
`)
    daemon = await startUp(system)
  })
  after(async () => {
    await daemon.kill()
    for (const one of [api, slack, mail]) await one[Symbol.asyncDispose]()
    system.remove()
  })

  it('tells a failure once on each channel, takes an acknowledgement by link, and tells the end once', async () => {
    api.answer({ status: 503 })
    await Promise.all([mail.until(1), slack.until(1)])
    const [first] = mail.mails
    assert.match(first?.headers.get('subject') ?? '', /^\[Shop Alert\] /)
    assert.match(first?.raw ?? '', /503/)
    const chat = JSON.parse(slack.received[0]?.body ?? '{}')
    assert.ok(Array.isArray(chat.blocks) && /503/.test(JSON.stringify(chat)))

    const link = /http:\/\/vigie\.test(?<path>\/a\/[\w.~-]+)/.exec(JSON.stringify(chat))?.groups?.['path'] ?? ''
    const page = await fetch(`${daemon.url}${link}`)
    assert.equal(page.status, 200)
    const html = await page.text()
    assert.match(html, /<form[^>]*method="post"/i)
    for (let look = 0; look < 3; look++) await fetch(`${daemon.url}${link}`)
    const taken = await fetch(`${daemon.url}${link}`, { method: 'POST' })
    assert.equal(taken.status, 200)
    const { alerts } = (await vigie(['alerts', 'list', '--json', ...system.config])).json()
    assert.deepEqual([alerts.length, alerts[0]?.acknowledgedBy], [1, 'link: chat'])

    api.answer({ status: 200 })
    await Promise.all([mail.until(2), slack.until(2)])
    assert.equal(mail.mails.length, 2)
    assert.equal(slack.received.length, 2)
    assert.match(mail.mails[1]?.raw ?? '', /resolved|over|well/i)
  })

  it('answers for its own health, and stops at once when it is told to', async () => {
    assert.equal((await fetch(`${daemon.url}/-/healthy`)).status, 200)
    assert.equal((await fetch(`${daemon.url}/-/ready`)).status, 200)
    assert.match(
      await (await fetch(`${daemon.url}/metrics`)).text(),
      /vigie_deliveries_total\{channel="team",outcome="delivered"\} \d/,
    )
    assert.equal(await daemon.stop(), 0)
    assert.equal(daemon.told(), '')
  })
})
