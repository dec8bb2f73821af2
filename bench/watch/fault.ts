import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startServer } from '../../test/support/prometheus.ts'
import { type SmtpReceiver, startSmtpReceiver } from '../../test/support/smtp-receiver.ts'
import { median, round, type Section } from '../report.ts'
import type { Options } from './options.ts'
import { startPrometheus } from './start-prometheus.ts'
import { startVigie, writeVigieConfig } from './start-vigie.ts'
import { startTargets, type Target } from './targets.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

const everySeconds = 10
/** Vigie groups what comes within 30 s of a message, and Alertmanager by default waits 30 s: faults stand farther apart. */
const apartMs = 45_000
/** The longest that Alertmanager's default group_wait and two intervals make it. */
const patienceMs = 120_000

interface Told {
  readonly name: string
  readonly mails: SmtpReceiver
}

/** From a fault to the message at the SMTP server, beside Prometheus with Alertmanager, about the same faults. */
export async function benchFault({ faults }: Options): Promise<readonly Section[]> {
  await using workshop = openWorkshop()
  const server = await startTargets(workshop)
  const targets = server.targets('fault', faults, everySeconds)
  const told: Told[] = []
  const receiver = async (name: string): Promise<SmtpReceiver> => {
    const mails = await startSmtpReceiver()
    workshop.atEnd(() => mails[Symbol.asyncDispose]())
    told.push({ name, mails })
    return mails
  }
  const { port } = await receiver('vigie up')
  const channel = `channels: { mail: email({ host: '127.0.0.1', port: ${port}, security: 'none', from: 'vigie@example.test', to: 'team@example.test' }) }`
  await startVigie(workshop, writeVigieConfig(workshop, targets, channel))
  const alertmanagers = [
    await startAlertmanager(workshop, '0s', (await receiver('prometheus + alertmanager, group_wait 0')).port),
    await startAlertmanager(workshop, '30s', (await receiver('prometheus + alertmanager, default')).port),
  ]
  await startPrometheus(workshop, targets, alertmanagers)
  await wait(2 * everySeconds * 1000)
  const found: Promise<readonly number[]>[] = []
  for (const [index, target] of targets.entries()) {
    // At another moment of the interval each time.
    await wait(((index * 0.37) % 1) * everySeconds * 1000)
    const brokenAt = performance.now()
    await server.break(target)
    found.push(Promise.all(told.map(async ({ mails }) => (await toldAt(mails, target)) - brokenAt)))
    await wait(apartMs)
  }
  const times = await Promise.all(found)
  const rows = told.map(({ name }, index) => {
    const seconds = times.map((all) => (all[index] ?? Number.NaN) / 1000)
    return {
      program: name,
      faults,
      medianSeconds: round(median(seconds), 2),
      worstSeconds: round(Math.max(...seconds), 2),
    }
  })
  return [{ subject: `fault to message at the SMTP server, asked every ${everySeconds} s`, rows }]
}

/** When a mail first named it, by this process's clock; never a number when none did in time. */
async function toldAt({ mails }: SmtpReceiver, target: Target): Promise<number> {
  const name = new RegExp(`\\b${target.name}\\b`)
  const deadline = performance.now() + patienceMs
  while (performance.now() < deadline) {
    // Mails fold long lines; a name that a fold goes through is one again without it.
    if (mails.some(({ raw }) => name.test(raw.replace(/=\r\n/g, '')))) return performance.now()
    await wait(10)
  }
  return Number.NaN
}

async function startAlertmanager(workshop: Workshop, groupWait: string, port: number): Promise<string> {
  const file = join(workshop.dir, `alertmanager-${groupWait}.yml`)
  const email = {
    to: 'team@example.test',
    from: 'alertmanager@example.test',
    smarthost: `127.0.0.1:${port}`,
    require_tls: false,
  }
  writeFileSync(
    file,
    JSON.stringify({
      route: { receiver: 'team', group_by: ['alertname', 'instance'], group_wait: groupWait },
      receivers: [{ name: 'team', email_configs: [email] }],
    }),
  )
  const words = [
    `--config.file=${file}`,
    `--storage.path=${join(workshop.dir, `alertmanager-${groupWait}`)}`,
    '--web.listen-address=127.0.0.1:0',
    '--cluster.listen-address=',
    '--log.level=info',
  ]
  const one = await startServer('alertmanager', words, workshop.dir)
  workshop.atEnd(one.stop)
  return one.url
}
