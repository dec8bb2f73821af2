import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import { openStore } from '../../../src/store/open.ts'
import { alertmanagerToken } from '../../../src/watch/from-alertmanager.ts'
import { startDeadman } from '../../../test/support/deadman.ts'
import { startHttpReceiver } from '../../../test/support/http-receiver.ts'
import { mailParts } from '../../../test/support/mail-parts.ts'
import { allTold } from '../../../test/support/outbox.ts'
import { type ScratchSystem, scratchSystem } from '../../../test/support/scratch-system.ts'
import { startSmtpReceiver } from '../../../test/support/smtp-receiver.ts'
import { step, tell, vigieUp, type Watching } from '../parts/program.ts'

const periodMs = 3000
const alertCount = 100
const spanMs = 29_000

/** A hundred alerts reach a real watch in half a minute; then it is killed, and somebody outside notices. */
export async function stormAndSilence(): Promise<void> {
  step('100 alerts in 30 s, from an Alertmanager, to the real vigie up')
  await using mail = await startSmtpReceiver()
  await using chat = await startHttpReceiver()
  await using outside = await startDeadman(periodMs)
  const system = scratchSystem(`import { defineSystem, email, slack, tcp } from 'vigie'
export default defineSystem({
  name: 'Shop',
  components: { mail: tcp({ host: '127.0.0.1', port: ${mail.port} }) },
  channels: {
    team: email({ host: '127.0.0.1', port: ${mail.port}, security: 'none', from: 'vigie@example.org', to: 'team@example.org' }),
    chat: slack({ url: '${chat.url}/services/T/B/x' }),
  },
  deadman: { url: '${outside.url}', every: '${periodMs}ms' },
})
`)
  try {
    await using daemon = await vigieUp(system.config)
    await sendAlerts(daemon, system)
    await Promise.all([mail.until(2), chat.until(2)])
    await allTold(system, 'Shop')
    for (const one of mail.mails) tell(`e-mail: ${mailParts(one).subject}`)
    for (const { body } of chat.received) tell(`Slack:  ${JSON.parse(body).text}`)
    assert.deepEqual([mail.mails.length, chat.received.length], [2, 2])
    const listed = mail.mails.map((one) => new Set(mailParts(one).text.match(/queue-\d+ is stuck/g)).size)
    tell(
      `2 e-mails and 2 Slack messages (the e-mails list ${listed.join(' and ')} of them); nothing waits in the outbox`,
    )
    const subjects = mail.mails.map((one) => mailParts(one).subject)
    assert.match(subjects[0] ?? '', /: queue-0 is stuck$/)
    assert.match(subjects[1] ?? '', new RegExp(` ${alertCount - 1} alerts, `))

    step('the watch is killed with -9: the outside, which it pings every 3 s, notices within two periods')
    const heardBefore = outside.pings
    assert.ok(heardBefore >= 5 && !(await isSettled(outside.noticed)), 'it is heard as long as it lives')
    await outside.until(heardBefore + 1)
    await wait(periodMs / 4)
    const killedAt = performance.now()
    await daemon.kill()
    const pings = await outside.noticed
    const noticedMs = performance.now() - killedAt
    tell(
      `heard ${pings} pings and no false alarm; pid ${daemon.child.pid} killed; noticed ${(noticedMs / 1000).toFixed(1)} s after`,
    )
    assert.ok(noticedMs <= 2 * periodMs, 'later than two periods')
  } finally {
    system.remove()
  }
}

async function sendAlerts({ url }: Watching, system: ScratchSystem): Promise<void> {
  const token = await tokenOf(system)
  const startedAt = performance.now()
  for (let index = 0; index < alertCount; index++) {
    await wait(Math.max(0, startedAt + (index * spanMs) / alertCount - performance.now()))
    const response = await fetch(`${url}/api/v1/alerts/webhook`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(webhookOf(index)),
    })
    assert.equal(response.status, 200, await response.text())
  }
  const tookMs = performance.now() - startedAt
  tell(`${alertCount} alerts were taken in ${(tookMs / 1000).toFixed(1)} s`)
  assert.ok(tookMs < 30_000)
}

/** What an Alertmanager shows; `vigie export prometheus` writes it into its config. */
async function tokenOf({ dir }: ScratchSystem): Promise<string> {
  const store = await openStore({ kind: 'sqlite', dir: `${dir}/.vigie` })
  try {
    const missing = (): never => assert.fail('the watch has made its token')
    return await store.ownKeys.getOrMake(alertmanagerToken, missing, new Date())
  } finally {
    await store.close()
  }
}

/** Alertmanager's webhook, version 4, with one alert. */
function webhookOf(index: number): object {
  const labels = { alertname: 'QueueStuck', queue: `queue-${index}`, severity: 'high' }
  const alert = {
    ...{ status: 'firing', labels, annotations: { summary: `queue-${index} is stuck` } },
    ...{ startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z', generatorURL: '' },
    fingerprint: index.toString(16).padStart(16, '0'),
  }
  return {
    ...{ version: '4', groupKey: `{}:${index}`, truncatedAlerts: 0, status: 'firing', receiver: 'vigie' },
    ...{ groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: '', alerts: [alert] },
  }
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending')
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending
}
