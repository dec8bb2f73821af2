import assert from 'node:assert/strict'
import { Evaluator } from '../../../src/alerts/evaluator.ts'
import { momentOf } from '../../../src/alerts/moment.ts'
import { systemRules } from '../../../src/alerts/system-rules.ts'
import { messageMap } from '../../../src/core/message.ts'
import { channelWords } from '../../../src/notify/words.ts'
import { createTell } from '../../../src/watch/tell.ts'
import { watchTexts } from '../../../src/watch/texts.ts'
import { mailParts } from '../../../test/support/mail-parts.ts'
import { notifySystemWith, notifyWorld } from '../../../test/support/notify-world.ts'
import { startSmtpReceiver } from '../../../test/support/smtp-receiver.ts'
import { step, tell } from '../parts/program.ts'

const minute = 60

/**
 * The ready-made rules, all of them, on a clock that only moves when it is told to: a point and a judgement each second,
 * real alerts in a real state, real mails.
 */
export async function fiveMinutesOfCpu(): Promise<void> {
  step('81 % CPU, with the ready-made rules (host_cpu_ratio > 80% for 5m), second by second on a clock of its own')
  await using mail = await startSmtpReceiver()
  const system = await notifySystemWith({
    team: {
      ...{ kind: 'email', host: '127.0.0.1', port: mail.port, security: 'none' },
      ...{ from: 'vigie@example.org', to: 'team@example.org' },
    },
  })
  await using world = await notifyWorld(system)
  const { store, clock } = world
  const words = channelWords(messageMap(watchTexts), system)
  const decide = createTell({ ...store, leaseOf: () => undefined, clock, system, words, linkKey: 'show' })
  const dispatcher = world.dispatcher('show')
  const rules = systemRules({ alerts: [], withoutAlerts: [] })
  const evaluator = new Evaluator({ system: system.name, rules, now: momentOf(clock) })

  const look = async (value: number): Promise<void> => {
    const point = { name: 'host_cpu_ratio', labels: { component: 'machine' }, at: clock.now().getTime(), value }
    evaluator.observe([point], momentOf(clock), 1000)
    for (const { id, silencedBy } of await decide(evaluator.evaluate(momentOf(clock)).map(({ alert }) => alert))) {
      evaluator.note(id, { silencedBy })
    }
  }
  const during = async (span: number, cpu: (second: number) => number): Promise<void> => {
    for (let second = 1; second <= span; second++) {
      clock.advance(1000)
      await look(cpu(second))
      if (second % 30 === 0 || second === span) await world.settle(dispatcher)
    }
  }
  const isTold = async (after: string, count: number): Promise<void> => {
    await world.settle(dispatcher)
    const firing = (await store.alerts.list({ system: system.name, states: ['firing'], limit: 100 })).filter(
      ({ silencedBy }) => silencedBy === undefined,
    )
    const subjects = mail.mails.map((one) => mailParts(one).subject)
    tell(`${after.padEnd(44)} firing now: ${firing.length}, e-mails so far: ${mail.mails.length}`)
    assert.equal(mail.mails.length, count, subjects.join('\n'))
  }

  await look(0.81)
  await during(4 * minute + 59, () => 0.81)
  await isTold('81 % for 4 min 59 s:', 0)
  await during(1, () => 0.81)
  await isTold('81 % for 5 min:', 1)
  await during(60 * minute, (second) => (second % 2 === 0 ? 0.79 : 0.81))
  await isTold('between 79 % and 81 %, an hour long:', 1)
  // Lower than the weaker rule (75 %), which the alert covers.
  await during(15 * minute, () => 0.5)
  await isTold('50 % for a quarter of an hour:', 2)
  for (const one of mail.mails) tell(mailParts(one).subject)
  const [first, last] = mail.mails.map((one) => mailParts(one).subject)
  assert.match(first ?? '', /High: machine: processors at 81/)
  assert.match(last ?? '', /Resolved: machine: processors/)
}
