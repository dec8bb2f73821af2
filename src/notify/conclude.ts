import type { ChannelWords, Delivery } from '../core/channel.ts'
import type { Text } from '../core/message.ts'
import type { MessageRow, OutboxStore } from '../store/watch-store.ts'
import type { NotifySystem } from './notify-system.ts'
import { failureNotice } from './own-messages.ts'
import { afterAttempt } from './policy.ts'
import { endsForStandIn, standInFor } from './told-elsewhere.ts'

/** How an attempt ended, for who logs and counts. */
export interface AttemptOutcome {
  readonly message: string
  readonly system: string
  readonly channel: string
  readonly kind: MessageRow['kind']
  readonly state: MessageRow['state']
  readonly attempts: number
  readonly reason: Text | undefined
  /** False when another process took the message over meanwhile. */
  readonly isKept: boolean
}

/**
 * Writes down how an attempt ended. What follows from a failure is written before it: a crash in between repeats it, and
 * it is known by its id then.
 */
export async function concludeAttempt(
  outbox: OutboxStore,
  sender: string,
  message: MessageRow,
  delivery: Delivery,
  { system, words, now, random }: { system: NotifySystem; words: ChannelWords; now: Date; random: number },
): Promise<AttemptOutcome> {
  const { end, isFailing } = afterAttempt(message, delivery, now, random)
  const follows =
    isFailing && end.lastError !== undefined
      ? await consequences(outbox, message, end.lastError, system, words, now)
      : end.state === 'delivered'
        ? await endsOnFallback(outbox, message, system, now)
        : []
  for (const one of follows) await outbox.add(one)
  const isKept = await outbox.settle(message.id, sender, end)
  if (isKept && end.state === 'delivered') await outbox.prove(message.system, message.channel, now, message.kind)
  const { id, system: name, channel, kind } = message
  const { state, attempts, lastError: reason } = end
  return { message: id, system: name, channel, kind, state, attempts, reason, isKept }
}

/** The alerts on the channel that stands in, and word of the failure there; without one, word on all other channels. */
async function consequences(
  outbox: OutboxStore,
  message: MessageRow,
  reason: Text,
  system: NotifySystem,
  words: ChannelWords,
  now: Date,
): Promise<readonly MessageRow[]> {
  const { channel, kind } = message
  // Somebody waits for a test; a notice about notices would never end.
  if (kind === 'test' || kind === 'notice') return []
  const known = system.channels.find(({ name }) => name === channel)
  const others = system.channels.map(({ name }) => name).filter((name) => name !== channel)
  const fallback = known?.fallback
  const tellOn = fallback === undefined ? others : [fallback]
  // A channel that is gone from the config has no fallback any more: what it was to tell is not lost for that.
  const standInOn = known === undefined ? others : fallback === undefined ? [] : [fallback]
  const told = kind === 'alerts' ? standInOn : []
  const standIns = await Promise.all(told.map((name) => standInFor(outbox, message, name, now)))
  return [
    ...standIns.filter((one) => one !== undefined),
    ...tellOn.map((name) => failureNotice(message.system, channel, name, reason, words, now)),
  ]
}

/** Who was told of an alert in the place of others hears of its end, too. */
async function endsOnFallback(
  outbox: OutboxStore,
  message: MessageRow,
  { channels }: NotifySystem,
  now: Date,
): Promise<readonly MessageRow[]> {
  const fallback = channels.find(({ name }) => name === message.channel)?.fallback
  if (message.kind !== 'alerts' || fallback === undefined) return []
  const ends = await endsForStandIn(outbox, message, fallback, now)
  return ends === undefined ? [] : [ends]
}
