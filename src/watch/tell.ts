import type { Alert } from '../core/alert.ts'
import type { ChannelWords } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import { announce } from '../notify/announce.ts'
import { acknowledgeUrl } from '../notify/links.ts'
import type { NotifySystem } from '../notify/notify-system.ts'
import type { AlertStore, SilenceRow, SilenceStore } from '../store/watch-store.ts'

export interface TellParts {
  readonly alerts: AlertStore
  readonly silences: SilenceStore
  readonly clock: Clock
  readonly system: NotifySystem
  readonly words: ChannelWords
  /** Signs the links by which people take an alert. */
  readonly linkKey: string
}

/**
 * Keeps alerts as they are now, and what is to be told of them, in one transaction. Pending ones are kept only; what
 * begins under a silence is kept with its name and told to nobody, nor is its end.
 */
export function createTell({ alerts, silences, clock, system, words, linkKey }: TellParts) {
  return async (changed: readonly Alert[]): Promise<void> => {
    if (changed.length === 0) return
    const now = clock.now()
    const holding = await silences.at(system.name, now)
    const kept = changed.map((alert): Alert => {
      if (alert.state !== 'firing' || alert.silencedBy !== undefined) return alert
      const silencedBy = holding.find((silence) => covers(silence, alert))?.id
      return silencedBy === undefined ? alert : { ...alert, silencedBy }
    })
    const told = kept.filter(({ state, silencedBy, firedAt }) => {
      return state !== 'pending' && firedAt !== undefined && silencedBy === undefined
    })
    const outbox = told.flatMap((alert) => {
      const url = acknowledgeUrl(system.publicUrl, linkKey, alert.id, now)
      return announce(alert, system, words, now, url === undefined ? {} : { acknowledgeUrl: url })
    })
    await alerts.decide(kept, outbox)
  }
}

/** A silence covers what has all that its matcher says; one that says nothing covers all. */
function covers({ matcher }: SilenceRow, { component, rule, labels }: Alert): boolean {
  return (
    (matcher.component === undefined || matcher.component === component) &&
    (matcher.rule === undefined || matcher.rule === rule) &&
    Object.entries(matcher.labels ?? {}).every(([name, value]) => labels[name] === value)
  )
}
