import type { ChannelWords, Delivery } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import type { HttpClient } from '../core/context.ts'
import type { AnyMessage } from '../core/message.ts'
import type { MessageRow, OutboxStore } from '../store/watch-store.ts'
import { attemptDelivery } from './attempt.ts'
import { type AttemptOutcome, concludeAttempt } from './conclude.ts'
import { gatherLoose } from './gather.ts'
import { channelGone, timedOut } from './messages.ts'
import type { NotifySystem } from './notify-system.ts'
import { longestWaitMs } from './policy.ts'
import { withEnds } from './told-elsewhere.ts'
import { channelWords } from './words.ts'

/** One delivery; a mail server may take its time after DATA (RFC 5321 §4.5.3.2 allows it minutes, people at night do not). */
const deliveryTimeoutMs = 30_000
/** Whoever stops us waits 30 s at most (systemd unit), and there is more to end than this. */
const stopMs = 10_000
/** Three times a delivery: a sender that is alive settles long before its claim ends. */
const claimMs = 90_000

export interface DispatcherParts {
  readonly outbox: OutboxStore
  readonly clock: Clock
  readonly http: HttpClient
  /**
   * The systems that this process looks after, asked for at each tick: a config may be read anew. The same objects as long
   * as nothing changed: what words a system has is kept with it.
   */
  systems(): readonly NotifySystem[]
  /** All texts that a reason of a refusal may be made of. */
  readonly messages: ReadonlyMap<string, AnyMessage>
  /** Who sends: another word for each process and each start of it. */
  readonly sender: string
  /** From 0 to 1, for the jitter. Default Math.random. */
  random?(): number
}

/** Sends what the outbox holds. Has no timers: nothing happens but in `tick` and in what it began. */
export interface Dispatcher {
  /**
   * Makes messages of what was decided, begins to deliver what is due (one message of a channel at a time, channels side
   * by side), and gives up deliveries that are over their time limit. Does not wait for deliveries. Call it once a
   * second, and right after a decision. Gives how attempts ended since the last tick. Throws what the store throws, also
   * when it threw since the last tick.
   */
  tick(): Promise<readonly AttemptOutcome[]>
  /** Settles when nothing is being delivered and nothing more is due. */
  idle(): Promise<void>
  /**
   * Begins nothing any more, and settles when what was begun has ended, 10 s later at most. Go on calling `tick`
   * meanwhile: it is what gives up a delivery that hangs.
   */
  stop(): Promise<void>
}

interface Sending {
  readonly system: string
  readonly channel: string
  readonly startedMs: number
  giveUp(): void
}

/** At least once, each with an id that stays the same; several processes may share one store. */
export function createDispatcher(parts: DispatcherParts): Dispatcher {
  const { outbox, clock, http, messages, sender, random = Math.random } = parts
  const sendings = new Map<MessageRow['id'], Sending>()
  const underWay = new Set<Promise<void>>()
  const outcomes: AttemptOutcome[] = []
  const failures: unknown[] = []
  const wordsOf = new WeakMap<NotifySystem, ChannelWords>()
  let isStopped = false
  let stoppedMs = Number.POSITIVE_INFINITY
  let lastClaim: Promise<void> = Promise.resolve()

  const track = (work: Promise<void>): void => {
    const kept = work.catch((error: unknown) => void failures.push(error)).finally(() => void underWay.delete(kept))
    underWay.add(kept)
  }
  /** One after the other: two claims at once would take two messages of one channel. */
  const claimDue = (): Promise<void> => {
    lastClaim = lastClaim.then(claimNow, claimNow)
    return lastClaim
  }
  const claimNow = async (): Promise<void> => {
    if (isStopped) return
    const systems = parts.systems()
    const now = clock.now()
    const claimed = await outbox.claim({
      sender,
      systems: systems.map(({ name }) => name),
      now,
      until: new Date(now.getTime() + claimMs),
      latestAttempt: new Date(now.getTime() + longestWaitMs),
      except: [...sendings.values()],
    })
    for (const message of claimed) {
      const system = systems.find(({ name }) => name === message.system)
      if (system !== undefined) track(send(message, system))
    }
  }
  const send = async (message: MessageRow, system: NotifySystem): Promise<void> => {
    const words = wordsOf.get(system) ?? channelWords(messages, system)
    wordsOf.set(system, words)
    const end = await delivered(message, system, words)
    const conclusion = { system, words, now: clock.now(), random: random() }
    try {
      outcomes.push(await concludeAttempt(outbox, sender, message, end, conclusion))
    } finally {
      sendings.delete(message.id)
    }
    await claimDue()
  }
  const delivered = async (message: MessageRow, system: NotifySystem, words: ChannelWords): Promise<Delivery> => {
    const limit = new AbortController()
    const over = Promise.withResolvers<Delivery>()
    const giveUp = (): void => {
      over.resolve({ status: 'refused', reason: timedOut({ ms: deliveryTimeoutMs }), isRetryable: true })
      limit.abort()
    }
    sendings.set(message.id, {
      system: message.system,
      channel: message.channel,
      startedMs: clock.monotonicMs(),
      giveUp,
    })
    const channel = system.channels.find(({ name }) => name === message.channel)
    if (channel === undefined) {
      return { status: 'refused', reason: channelGone({ channel: message.channel }), isRetryable: false }
    }
    const current = await withEnds(outbox, message, system).catch((error: unknown) => {
      failures.push(error)
      return message
    })
    const attempt = {
      message: current,
      system,
      channel,
      words,
      clock,
      http,
      signal: limit.signal,
      timeoutMs: deliveryTimeoutMs,
    }
    return Promise.race([over.promise, attemptDelivery(attempt)])
  }
  return {
    tick: async () => {
      const nowMs = clock.monotonicMs()
      for (const { startedMs, giveUp } of sendings.values()) {
        if (nowMs - startedMs >= deliveryTimeoutMs || nowMs - stoppedMs >= stopMs) giveUp()
      }
      const failed = failures.splice(0)
      if (failed.length > 0) throw failed[0]
      if (!isStopped) {
        await gatherLoose(
          outbox,
          parts.systems().map(({ name }) => name),
          clock,
        )
        await claimDue()
      }
      return outcomes.splice(0)
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.all(underWay)
    },
    stop: async () => {
      isStopped = true
      stoppedMs = clock.monotonicMs()
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
