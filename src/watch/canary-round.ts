import { nextDate } from '../config/schedule.ts'
import type { Alert } from '../core/alert.ts'
import type { ChannelWords } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import { message } from '../core/message.ts'
import type { NotifySystem } from '../notify/notify-system.ts'
import { enqueueCanary } from '../notify/own-messages.ts'
import { unprovedChannels } from '../notify/proof.ts'
import type { Store } from '../store/store.ts'
import { newAlert, resolved } from './new-alert.ts'

/** When people begin to work: who misses the trial that always comes then can look after it. */
export const canaryAt = '09:00'
/** Longer than a day is anywhere, the one on which clocks are set back included. */
const longestDayMs = 26 * 3_600_000
/** After a long time off every proof is old: what was sent at the start gets this long to arrive before it is an alert. */
const firstTrialsMs = 600_000
/** Alerts of one system that are looked up. */
const mostFiring = 10_000

const unproved = message<{ channel: string; provedAt: string }>('watch.channel-unproved', {
  en: (p, f) =>
    p.provedAt === ''
      ? `the channel ${p.channel} has never delivered anything: nobody knows whether an alert would arrive`
      : `the channel ${p.channel} has delivered nothing since ${f.dateTime(p.provedAt)}: nobody knows whether an alert would arrive`,
  fr: (p, f) =>
    p.provedAt === ''
      ? `le canal ${p.channel} n'a jamais rien transmis : rien ne dit si une alerte arriverait`
      : `le canal ${p.channel} n'a rien transmis depuis ${f.dateTime(p.provedAt)} : rien ne dit si une alerte arriverait`,
})
const unprovedRemedy = message<{ channel: string }>('watch.channel-unproved-remedy', {
  en: (p) => `Try it, and put right what it says: vigie channels test ${p.channel}`,
  fr: (p) => `Essayez-le, et corrigez ce qu'il signale : vigie channels test ${p.channel}`,
})
export const canaryRoundTexts = [unproved, unprovedRemedy]

export interface CanaryRoundParts {
  readonly store: Pick<Store, 'outbox' | 'alerts' | 'signOffs'>
  readonly clock: Clock
  readonly system: NotifySystem
  readonly words: ChannelWords
  makeId(): string
  decide(alerts: readonly Alert[]): Promise<readonly Alert[]>
}

/**
 * Proves the way to people: once a day each channel gets a canary, and a channel that is unproved for too long (since it
 * was first known, when it never was proved) is an alert until something was delivered on it, or it leaves the config.
 */
export function createCanaryRound(parts: CanaryRoundParts): () => Promise<void> {
  const { store, clock, system, words, decide } = parts
  const names = system.channels.map(({ name }) => name)
  const since = clock.now()
  const sent = new Map<string, number>()

  const sendCanaries = async (now: Date, proofs: ReadonlyMap<string, { readonly at: Date }>): Promise<void> => {
    const dueAt = lastCanaryTime(system.timezone, now)
    if (dueAt === undefined) return
    for (const name of names) {
      const provedAt = proofs.get(name)?.at
      // A time from before this start was missed only by a channel that was in use then; a new one waits for the next.
      const isDue = dueAt > since || (provedAt !== undefined && provedAt < dueAt)
      if (!isDue || sent.get(name) === dueAt.getTime()) continue
      await enqueueCanary(store.outbox, system, name, words, dueAt)
      sent.set(name, dueAt.getTime())
    }
  }

  return async () => {
    const now = clock.now()
    const proofs = await store.outbox.proofs(system.name)
    await sendCanaries(now, proofs)
    await decide(await unprovedAlerts(parts, names, proofs, now, now.getTime() - since.getTime() >= firstTrialsMs))
  }
}

/** What began or ended. What is open is read anew each time: others acknowledge it, and silences over it end. */
async function unprovedAlerts(
  { store, system, makeId }: CanaryRoundParts,
  names: readonly string[],
  proofs: ReadonlyMap<string, { readonly at: Date }>,
  now: Date,
  mayBegin: boolean,
): Promise<readonly Alert[]> {
  const firing = await store.alerts.list({ system: system.name, states: ['firing'], limit: mostFiring })
  const open = new Map(firing.filter(({ key }) => key.startsWith(keyOf(''))).map((alert) => [alert.key, alert]))
  const known = await firstKnown(store, system.name, names, now)
  const overdue = new Set(
    unprovedChannels(names, new Map([...known].map(([name, at]) => [name, proofs.get(name) ?? { at }])), now).map(
      ({ channel }) => keyOf(channel),
    ),
  )
  const begun = names.flatMap((channel): Alert[] => {
    const key = keyOf(channel)
    if (!mayBegin || !overdue.has(key) || open.has(key)) return []
    const title = unproved({ channel, provedAt: proofs.get(channel)?.at.toISOString() ?? '' })
    const about = { system: system.name, key, source: 'watch', rule: key, severity: 'medium' } as const
    return [newAlert({ ...about, id: makeId(), title, remedy: unprovedRemedy({ channel }) }, now)]
  })
  const ended = [...open.values()].filter(({ key }) => !overdue.has(key)).map((alert) => resolved(alert, now))
  return [...begun, ...ended]
}

/** When each channel was first heard of, kept over restarts as it is for steps. */
async function firstKnown(
  { signOffs }: Pick<Store, 'signOffs'>,
  system: string,
  names: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, Date>> {
  if (names.length === 0) return new Map()
  // No step has a colon in its id.
  const idOf = (name: string): string => `channel:${name}`
  const seen = await signOffs.firstSeen(system, names.map(idOf), now)
  return new Map(names.map((name) => [name, seen.get(idOf(name)) ?? now]))
}

/** The newest time for canaries that is not in the future. */
function lastCanaryTime(timezone: string, now: Date): Date | undefined {
  let last: Date | undefined
  let next = nextDate(canaryAt, timezone, new Date(now.getTime() - longestDayMs))
  while (next !== undefined && next <= now) {
    last = next
    next = nextDate(canaryAt, timezone, next)
  }
  return last
}

/** The key of its alert, and its rule: what a silence names. */
function keyOf(channel: string): string {
  return `channel ${channel}`
}
