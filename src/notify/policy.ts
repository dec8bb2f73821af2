import type { Delivery } from '../core/channel.ts'
import type { MessageRow } from '../store/watch-store.ts'

/** The first message of a channel leaves at once; what comes in this time after it leaves together. */
export const groupMs = 30_000
/** For a channel that does not deliver at the moment: an hour without it must not end in a hundred messages. */
export const failingGroupMs = 120_000
/** Who acts on alerts is told elsewhere after so many attempts: the third begins some 15 s after the first. */
export const standInAfter = 3
/** No attempt is put off longer, whatever the other side asks. */
export const longestWaitMs = 3_600_000

const firstWaitMs = 5_000
const longestBackoffMs = 600_000
const jitter = 0.2

/** How long is tried: alerts over a whole weekend's night shift and a day more, a test as long as somebody waits for it. */
const keepTryingMs = { alerts: 172_800_000, notice: 172_800_000, canary: 86_400_000, test: 900_000 } as const
/** A clock that stepped forward makes a message old at once; it is tried as often as this all the same. */
const leastAttempts = 5

/** Whether what is to be told on a channel may become a message now. A clock that stepped back holds nothing up. */
export function mayGather(gatheredAt: Date | undefined, now: Date, isFailing: boolean): boolean {
  if (gatheredAt === undefined) return true
  const elapsed = now.getTime() - gatheredAt.getTime()
  return elapsed < 0 || elapsed >= (isFailing ? failingGroupMs : groupMs)
}

/**
 * Milliseconds from a refusal to the next attempt: 5 s, doubled each time up to 10 min, give or take a fifth, and at
 * least what the other side asked for.
 *
 * @param attempts how many were made, from 1
 * @param random from 0 to 1
 */
export function backoffMs(attempts: number, random: number, retryAfterMs = 0): number {
  const wait = Math.min(firstWaitMs * 2 ** (attempts - 1), longestBackoffMs) * (1 - jitter + 2 * jitter * random)
  return Math.round(Math.min(Math.max(wait, retryAfterMs), longestWaitMs))
}

export interface AfterAttempt {
  readonly end: Pick<MessageRow, 'state' | 'attempts' | 'nextAttemptAt' | 'lastError' | 'deliveredAt'>
  /** The fallback channel is to get it as well, and others are to be told of the channel. */
  readonly isFailing: boolean
}

/** What an attempt makes of a message. Given up is only what cannot be helped, or was tried for a day or more. */
export function afterAttempt(message: MessageRow, delivery: Delivery, now: Date, random: number): AfterAttempt {
  const attempts = message.attempts + 1
  if (delivery.status === 'delivered') {
    const end = { state: 'delivered', attempts, nextAttemptAt: now, lastError: undefined, deliveredAt: now } as const
    return { end, isFailing: false }
  }
  const { isRetryable, reason: lastError, retryAfterMs } = delivery
  const isOld = now.getTime() - message.at.getTime() >= keepTryingMs[message.kind] && attempts >= leastAttempts
  const isGivenUp = !isRetryable || isOld
  const nextAttemptAt = isGivenUp ? now : new Date(now.getTime() + backoffMs(attempts, random, retryAfterMs))
  const state = isGivenUp ? 'given-up' : 'waiting'
  return {
    end: { state, attempts, nextAttemptAt, lastError, deliveredAt: undefined },
    isFailing: isGivenUp || attempts >= standInAfter,
  }
}
