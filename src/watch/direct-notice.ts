import type { ConfiguredChannel } from '../config/system.ts'
import type { ChannelWords } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import type { HttpClient } from '../core/context.ts'
import { sha256 } from '../core/hash.ts'
import { type AnyMessage, message, type Text } from '../core/message.ts'
import { attemptDelivery } from '../notify/attempt.ts'
import { newMessage } from '../notify/new-message.ts'
import type { NotifySystem } from '../notify/notify-system.ts'
import { backoffMs } from '../notify/policy.ts'
import { channelWords } from '../notify/words.ts'
import type { MessageRow } from '../store/watch-store.ts'
import type { Health } from './health.ts'

const lost = message<{ system: string; since: string; reason: string }>('watch.state-lost', {
  en: (p, f) =>
    `Vigie has not been able to keep what it sees of ${p.system} since ${f.dateTime(p.since)}, and sends no other alert until it can: ${p.reason}`,
  fr: (p, f) =>
    `Vigie ne peut plus garder ce qu'elle voit de ${p.system} depuis ${f.dateTime(p.since)}, et n'envoie aucune autre alerte d'ici là : ${p.reason}`,
})
const lostRemedy = message<{ hint: string }>('watch.state-lost-remedy', {
  en: (p) => `${p.hint === '' ? '' : `${p.hint}. `}The watch goes on by itself as soon as it can write.`,
  fr: (p) => `${p.hint === '' ? '' : `${p.hint}. `}La veille reprend seule dès qu'elle peut écrire.`,
})
const back = message<{ system: string; ms: number }>('watch.state-back', {
  en: (p, f) => `Vigie keeps what it sees of ${p.system} again, after ${f.duration(p.ms)}: alerts are sent as before`,
  fr: (p, f) =>
    `Vigie garde de nouveau ce qu'elle voit de ${p.system}, après ${f.duration(p.ms)} : les alertes partent comme avant`,
})
export const directNoticeTexts = [lost, lostRemedy, back]

/** A state that another process holds for a moment is no trouble: the watch tries to write twice in this time. */
const confirmMs = 10_000
/** It is over only after this long without a failure: a full disk lets some writes pass and others not. */
const wellMs = 60_000
/** What goes on is told again, four times a day. */
const repeatMs = 6 * 3_600_000
const attemptMs = 30_000
/** That all is well again is tried for about nine hours. */
const mostAttempts = 60

export interface DirectNoticeParts {
  readonly clock: Clock
  readonly http: HttpClient
  readonly health: Pick<Health, 'problem' | 'remedy'>
  systems(): readonly NotifySystem[]
  readonly messages: ReadonlyMap<string, AnyMessage>
  /** Ends what is being sent. */
  readonly signal: AbortSignal
  /** A channel did not take it. */
  refused(channel: string, reason: Text): void
}

interface Trouble {
  readonly state: 'firing' | 'resolved'
  readonly since: Date
  readonly sinceMs: number
  lastMs: number
  reason: Text
  remedy: Text | undefined
}

/** What one channel knows, and is still to be told. */
interface Way {
  told: Trouble | undefined
  toldMs: number
  toTell: Trouble | undefined
  /** Of what is to be told, the same at every attempt. */
  at: Date
  attempts: number
  nextMs: number
}

/**
 * Tells people on every channel, past the outbox, that the state cannot be written: the outbox is in it. Once for each
 * trouble, again every six hours while it lasts, and when it is over. Remembers all that in memory alone.
 */
export interface DirectNotice {
  /** Sends what is due and waits for it, at most 30 s. Call it once a second. */
  tick(): Promise<void>
}

export function createDirectNotice(parts: DirectNoticeParts): DirectNotice {
  const { clock, health } = parts
  const ways = new Map<string, Way>()
  let trouble: Trouble | undefined

  /** What is to be told everywhere at this time; undefined: nothing new. */
  const news = (nowMs: number): Trouble | undefined => {
    const reason = health.problem()
    if (reason !== undefined) {
      const remedy = health.remedy()
      trouble ??= { state: 'firing', since: clock.now(), sinceMs: nowMs, lastMs: nowMs, reason, remedy }
      Object.assign(trouble, { lastMs: nowMs, reason, remedy })
      return nowMs - trouble.sinceMs >= confirmMs ? trouble : undefined
    }
    if (trouble === undefined || nowMs - trouble.lastMs < wellMs) return undefined
    const over: Trouble = { ...trouble, state: 'resolved' }
    trouble = undefined
    return over
  }
  const wayOf = (system: NotifySystem, channel: ConfiguredChannel): Way => {
    const id = JSON.stringify([system.name, channel.name])
    const way = ways.get(id) ?? newWay(clock.now())
    ways.set(id, way)
    return way
  }
  const take = (way: Way, found: Trouble, nowMs: number): void => {
    const isDue =
      found.state === 'firing'
        ? way.toTell !== found && (way.told !== found || nowMs - way.toldMs >= repeatMs)
        : way.told !== undefined
    if (isDue) Object.assign(way, { toTell: found, at: clock.now(), attempts: 0, nextMs: nowMs })
    else if (found.state === 'resolved') way.toTell = undefined
  }
  const tell = async (way: Way, system: NotifySystem, channel: ConfiguredChannel): Promise<void> => {
    const nowMs = clock.monotonicMs()
    const about = way.toTell
    if (about === undefined || nowMs < way.nextMs) return
    const words = channelWords(parts.messages, system)
    const signal = AbortSignal.any([parts.signal, AbortSignal.timeout(attemptMs)])
    const message = noticeOf(about, system.name, channel.name, way.at, words)
    const { http } = parts
    const delivery = await attemptDelivery({
      message,
      system,
      channel,
      words,
      clock,
      http,
      signal,
      timeoutMs: attemptMs,
    })
    way.attempts++
    if (delivery.status === 'refused') {
      parts.refused(channel.name, delivery.reason)
      way.nextMs = nowMs + backoffMs(way.attempts, Math.random(), delivery.retryAfterMs)
      if (delivery.isRetryable && (about.state === 'firing' || way.attempts < mostAttempts)) return
    }
    if (way.toTell === about) way.toTell = undefined
    way.told = about.state === 'firing' ? about : undefined
    way.toldMs = nowMs
  }
  return {
    tick: async () => {
      const nowMs = clock.monotonicMs()
      const found = news(nowMs)
      const all = parts.systems().flatMap((system) => system.channels.map((channel) => ({ system, channel })))
      await Promise.all(
        all.map(async ({ system, channel }) => {
          const way = wayOf(system, channel)
          if (found !== undefined) take(way, found, nowMs)
          await tell(way, system, channel)
        }),
      )
    },
  }
}

function newWay(at: Date): Way {
  return { told: undefined, toldMs: 0, toTell: undefined, at, attempts: 0, nextMs: 0 }
}

function noticeOf(
  { state, since, sinceMs, lastMs, reason, remedy }: Trouble,
  system: string,
  channel: string,
  at: Date,
  words: ChannelWords,
): MessageRow {
  const isOver = state === 'resolved'
  const title = isOver
    ? back({ system, ms: lastMs - sinceMs })
    : lost({ system, since: since.toISOString(), reason: words.text(reason) })
  const next = lostRemedy({ hint: remedy === undefined ? '' : words.text(remedy) })
  const alert = `d${sha256([system, since.toISOString()]).slice(0, 31)}`
  return newMessage({
    id: `m${sha256([alert, channel, state, at.toISOString()]).slice(0, 31)}`,
    system,
    channel,
    kind: 'notice',
    at,
    items: [
      {
        alert,
        key: 'vigie/state',
        state,
        severity: 'critical',
        component: 'vigie',
        rule: 'state',
        labels: {},
        value: undefined,
        title: words.text(title),
        remedy: isOver ? undefined : words.text(next),
        startedAt: since,
        resolvedAt: isOver ? at : undefined,
        acknowledgeUrl: undefined,
      },
    ],
  })
}
