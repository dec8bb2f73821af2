import { writeSync } from 'node:fs'
import { StatementSync } from 'node:sqlite'
import { announce } from '../../src/notify/announce.ts'
import { webhookChannel } from '../../src/notify/channels/webhook.ts'
import { createDispatcher } from '../../src/notify/dispatcher.ts'
import type { NotifySystem } from '../../src/notify/notify-system.ts'
import { openStore } from '../../src/store/open.ts'
import { anAlert } from '../contract/watch-samples.ts'
import { notifyTexts, wordsIn } from './notifications.ts'
import type { ChildTask } from './outbox-torture.ts'
import { ownClock } from './own-clock.ts'

/**
 * A process that decides alerts and tells them, `outbox-child.ts <ChildTask as JSON>`, and ends itself with SIGKILL at a
 * point of its work: before and after each statement of the database and each delivery. What it says is written before it
 * goes on, so that the other side knows what was decided.
 */
const task = JSON.parse(process.argv[2] ?? '') as ChildTask
let points = 0
const point = (): void => {
  points++
  if (points === task.killAt) process.kill(process.pid, 'SIGKILL')
}
const say = (word: string, ids: readonly string[]): void => void writeSync(1, `${word} ${ids.join(' ')}\n`)

for (const verb of ['run', 'all'] as const) {
  const original = StatementSync.prototype[verb] as (this: StatementSync, ...args: unknown[]) => unknown
  Object.assign(StatementSync.prototype, {
    [verb](this: StatementSync, ...args: unknown[]): unknown {
      point()
      const result = original.apply(this, args)
      point()
      return result
    },
  })
}

const clock = ownClock(new Date(task.startMs))
const store = await openStore({ kind: 'sqlite', dir: task.dir })
const options = webhookChannel.options.parse({ url: task.url, allowPrivate: true })
const kind: typeof webhookChannel = {
  ...webhookChannel,
  deliver: async (...args) => {
    point()
    const delivery = await webhookChannel.deliver(...args)
    point()
    return delivery
  },
}
const system: NotifySystem = {
  name: 'shop',
  locale: 'en',
  timezone: 'UTC',
  baseDir: '/',
  publicUrl: undefined,
  channels: [{ name: 'team', kind, options, fallback: undefined }],
  routes: [],
}
const words = wordsIn('en')
const dispatcher = createDispatcher({
  outbox: store.outbox,
  clock,
  http: { send: () => Promise.reject(new Error('not used')), close: async () => undefined },
  systems: () => [system],
  messages: notifyTexts,
  sender: task.name,
  random: () => 0.5,
})

async function decide(ids: readonly string[]): Promise<void> {
  const alerts = ids.map((id) => anAlert(id))
  say('deciding', ids)
  await store.alerts.decide(
    alerts,
    alerts.flatMap((alert) => announce(alert, system, words, clock.now())),
  )
  say('decided', ids)
}

async function tell(): Promise<void> {
  await dispatcher.tick()
  await dispatcher.idle()
}

// Who was killed while deciding does not know whether it did, and decides the same again.
if (task.again.length > 0) await decide(task.again)
for (let round = 0; round < task.rounds; round++) {
  await decide(Array.from({ length: 1 + (round % 4) }, (_, index) => `${task.name}-${round}-${index}`))
  await tell()
  clock.advance(7_000)
}
for (let waiting = 1; waiting > 0; ) {
  clock.advance(30_000)
  await tell()
  waiting =
    (await store.outbox.list({ state: 'waiting', limit: 1 })).length +
    (await store.outbox.looseChannels(['shop'])).length
}
await store.close()
say('done', [])
