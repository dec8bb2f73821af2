import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../core/clock.ts'
import type { HttpClient } from '../../core/context.ts'
import type { AnyMessage, Text } from '../../core/message.ts'
import { createDispatcher } from '../../notify/dispatcher.ts'
import { timedOut } from '../../notify/messages.ts'
import type { NotifySystem } from '../../notify/notify-system.ts'
import { enqueueTest } from '../../notify/own-messages.ts'
import { channelWords } from '../../notify/words.ts'
import type { ChannelName, OutboxStore } from '../../store/watch-store.ts'

/** Longer than one delivery may take: after it another process holds the message, and does not say what became of it. */
const longestMs = 45_000
const pollMs = 50
const mostWaiting = 1000

export interface SentTest {
  readonly system: string
  readonly channel: string
  readonly message: string
  /** `unknown`: nothing came back in time; it may have arrived. */
  readonly status: 'delivered' | 'refused' | 'unknown'
  readonly reason: Text | undefined
  readonly durationMs: number
}

export interface TestParts {
  readonly outbox: OutboxStore
  readonly clock: Clock
  readonly http: HttpClient
  readonly systems: readonly NotifySystem[]
  /** Which channels; of every system that has one of this name. */
  isAsked(channel: string): boolean
  readonly messages: ReadonlyMap<string, AnyMessage>
  readonly by: string
  readonly signal: AbortSignal
}

/** Sends a test on each channel and waits for what becomes of it: by an own dispatcher, or the watch's when that is faster. */
export async function sendTests(parts: TestParts): Promise<readonly SentTest[]> {
  const { outbox, clock, http, systems, isAsked, messages, by, signal } = parts
  const begunMs = clock.monotonicMs()
  const waiting = new Map<string, Pick<SentTest, 'system' | 'channel'>>()
  for (const system of systems) {
    const words = channelWords(messages, system)
    for (const { name } of system.channels.filter((channel) => isAsked(channel.name))) {
      const id = await enqueueTest(outbox, system, name, words, clock.now(), by)
      waiting.set(id, { system: system.name, channel: name })
    }
  }
  const own = onlyThese(outbox, await otherChannels(outbox, systems, isAsked), new Set(waiting.keys()))
  const dispatcher = createDispatcher({
    outbox: own,
    clock,
    http,
    systems: () => systems,
    messages,
    sender: randomUUID(),
  })
  const ended: SentTest[] = []
  const passedMs = (): number => clock.monotonicMs() - begunMs
  while (waiting.size > 0 && passedMs() < longestMs && !signal.aborted) {
    await dispatcher.tick()
    for (const [message, about] of waiting) {
      const row = await outbox.get(message)
      if (row === undefined || (row.state === 'waiting' && row.attempts === 0)) continue
      waiting.delete(message)
      const isUnknown = row.lastError?.code === timedOut.code
      const status = row.state === 'delivered' ? 'delivered' : isUnknown ? 'unknown' : 'refused'
      ended.push({ ...about, message, status, reason: row.lastError, durationMs: passedMs() })
    }
    if (waiting.size > 0) await wait(pollMs)
  }
  await stopped(dispatcher)
  const unknown = [...waiting].map(([message, about]): SentTest => {
    const durationMs = passedMs()
    return { ...about, message, status: 'unknown', reason: timedOut({ ms: durationMs }), durationMs }
  })
  return [...ended, ...unknown]
}

/**
 * The outbox as far as tests need it: other channels, and what is not gathered yet, are the watch's to send. Somebody
 * waits for the answer, so that a test which did not arrive now is not sent again later.
 */
function onlyThese(outbox: OutboxStore, others: readonly ChannelName[], tests: ReadonlySet<string>): OutboxStore {
  return {
    ...outbox,
    looseChannels: async () => [],
    claim: (claim) => outbox.claim({ ...claim, except: [...claim.except, ...others] }),
    settle: (id, sender, end) =>
      outbox.settle(id, sender, tests.has(id) && end.state === 'waiting' ? { ...end, state: 'given-up' } : end),
  }
}

/** Also those that left the config with messages to send. */
async function otherChannels(
  outbox: OutboxStore,
  systems: readonly NotifySystem[],
  isAsked: (channel: string) => boolean,
): Promise<readonly ChannelName[]> {
  const names = systems.flatMap(({ name: system, channels }) =>
    channels.map(({ name: channel }) => ({ system, channel })),
  )
  const waiting = await Promise.all(
    systems.map(({ name: system }) => outbox.list({ system, state: 'waiting', limit: mostWaiting })),
  )
  return [...names, ...waiting.flat()].filter(({ system, channel }) => {
    const isKnown = names.some((one) => one.system === system && one.channel === channel)
    return !isKnown || !isAsked(channel)
  })
}

/** What was begun on the way, such as an alert that waited there before the test, is not cut off; it has its own time limit. */
async function stopped(dispatcher: ReturnType<typeof createDispatcher>): Promise<void> {
  let isOver = false
  const over = dispatcher.stop().finally(() => {
    isOver = true
  })
  while (!isOver) {
    await dispatcher.tick()
    await Promise.race([over, wait(pollMs)])
  }
}
