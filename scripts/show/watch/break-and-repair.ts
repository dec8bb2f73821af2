import assert from 'node:assert/strict'
import { startDemo } from '../../../src/demo/start-demo.ts'
import { demoCopy } from '../../../test/support/demo-copy.ts'
import { type HttpReceiver, startHttpReceiver } from '../../../test/support/http-receiver.ts'
import { mailParts } from '../../../test/support/mail-parts.ts'
import { allTold } from '../../../test/support/outbox.ts'
import type { ScratchSystem } from '../../../test/support/scratch-system.ts'
import { type SmtpReceiver, startSmtpReceiver } from '../../../test/support/smtp-receiver.ts'
import { step, tell, vigie, vigieUp } from '../parts/program.ts'
import { exportIsAccepted } from './export-is-accepted.ts'

/** How often the demo's config has its API asked. */
const intervalMs = 5000
const publicUrl = 'https://vigie.example.org'

interface Receivers {
  readonly mail: SmtpReceiver
  readonly chat: HttpReceiver
}

/** The demo under a real watch, from the fault to the end of its alert; and what it is exported to. */
export async function breakAndRepair(): Promise<void> {
  step('vigie up on the demo system: the API loses its database, is taken by the link of the mail, and gets it back')
  await using mail = await startSmtpReceiver()
  await using chat = await startHttpReceiver()
  const system = demoCopy(`
  publicUrl: '${publicUrl}',
  channels: {
    team: email({ host: '127.0.0.1', port: ${mail.port}, security: 'none', from: 'vigie@example.org', to: 'team@example.org' }),
    chat: slack({ url: '${chat.url}/services/T/B/x' }),
  },`)
  const demo = await startDemo(system.dir, false)
  try {
    await playFault(system, demo.apiUrl, { mail, chat })
    await exportIsAccepted(system)
  } finally {
    await demo.stop()
    system.remove()
  }
}

async function playFault(system: ScratchSystem, apiUrl: string, { mail, chat }: Receivers): Promise<void> {
  await using daemon = await vigieUp(system.config)
  const brokenAt = performance.now()
  await post(`${apiUrl}/break`)
  const arrived = (many: Promise<void>): Promise<number> => many.then(() => performance.now() - brokenAt)
  const [mailMs, chatMs] = await Promise.all([arrived(mail.until(1)), arrived(chat.until(1))])
  const [first] = mail.mails
  assert.ok(first !== undefined)
  const { subject, text } = mailParts(first)
  tell(`e-mail after ${seconds(mailMs)}: ${subject}`)
  tell(`Slack after ${seconds(chatMs)}: ${slackText(chat.received[0]?.body)}`)
  for (const ms of [mailMs, chatMs]) {
    assert.ok(ms <= intervalMs + 1000, `later than the interval of ${seconds(intervalMs)} and a second`)
  }

  const path = new RegExp(`${publicUrl}(?<path>/a/[\\w.~-]+)`).exec(text)?.groups?.['path'] ?? ''
  const link = `${daemon.url}${path}`
  for (const method of ['HEAD', 'GET', 'GET']) assert.equal((await fetch(link, { method })).status, 200)
  assert.equal(await takenBy(system), null, 'a scanner that opens the link changes nothing')
  tell('its link was opened three times (HEAD, GET, GET), as a scanner of mails does: nobody has the alert')
  assert.equal((await fetch(link, { method: 'POST' })).status, 200)
  const by = await takenBy(system)
  assert.equal(typeof by, 'string')
  tell(`its button was pressed (POST): acknowledged by "${by}"`)
  await allTold(system, 'Demo')
  assert.deepEqual([mail.mails.length, chat.received.length], [1, 1])
  tell('told so far: 1 e-mail, 1 Slack message; nothing waits in the outbox')

  const repairedAt = performance.now()
  await post(`${apiUrl}/repair`)
  await Promise.all([mail.until(2), chat.until(2)])
  const ended = mail.mails[1]
  assert.ok(ended !== undefined)
  const after = `after ${seconds(performance.now() - repairedAt)} (two good looks, and 30 s from the first message)`
  tell(`e-mail ${after}: ${mailParts(ended).subject}`)
  tell(`Slack: ${slackText(chat.received[1]?.body)}`)
  assert.equal(mailParts(ended).subject, subject.replace('Critical', 'Resolved'))
  await allTold(system, 'Demo')
  assert.deepEqual([mail.mails.length, chat.received.length], [2, 2])
  tell('told in all: 2 e-mails, 2 Slack messages; nothing waits in the outbox')
  assert.equal(await daemon.stop(), 0)
  tell('Ctrl-C: exit 0')
}

async function takenBy(system: ScratchSystem): Promise<unknown> {
  const { stdout } = await vigie(['alerts', 'list', '--json', ...system.config])
  const { alerts } = JSON.parse(stdout)
  assert.equal(alerts.length, 1)
  return alerts[0].acknowledgedBy
}

async function post(url: string): Promise<void> {
  console.log(`$ curl -X POST ${url}`)
  assert.equal((await fetch(url, { method: 'POST' })).status, 200)
}

function slackText(body = '{}'): string {
  const { text, blocks } = JSON.parse(body)
  assert.ok(Array.isArray(blocks) && blocks[0].type === 'header')
  return text
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`
}
