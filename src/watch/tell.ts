import { coveringLease, coveringSilence, coveringWindow, windowId } from '../alerts/silences.ts'
import { type MaintenanceWindow, openingAt } from '../config/maintenance-window.ts'
import type { Alert } from '../core/alert.ts'
import type { ChannelWords } from '../core/channel.ts'
import type { Clock } from '../core/clock.ts'
import { announce } from '../notify/announce.ts'
import { acknowledgeUrl } from '../notify/links.ts'
import type { NotifySystem } from '../notify/notify-system.ts'
import type { LeaseStore } from '../store/lease-store.ts'
import type { AlertStore, SilenceStore } from '../store/watch-store.ts'

export interface TellParts {
  readonly alerts: AlertStore
  readonly silences: SilenceStore
  readonly leases: Pick<LeaseStore, 'list'>
  readonly clock: Clock
  readonly system: NotifySystem
  readonly words: ChannelWords
  /** The lease that tasks on a component take. */
  leaseOf(system: string, component: string): string | undefined
  /** The maintenance windows of the system. */
  readonly windows?: readonly MaintenanceWindow[]
  /** Signs the links by which people take an alert. */
  readonly linkKey: string
}

/**
 * Keeps alerts as they are now, and what is to be told of them, in one transaction. Pending ones are kept only; what
 * begins under a silence or in a maintenance window is kept with its name and told to nobody, nor is its end. Gives the alerts as they were kept.
 *
 * `channels` are told in the place of those that the routes name.
 */
export function createTell(parts: TellParts) {
  const { alerts, silences, leases, leaseOf, clock, system, words, linkKey, windows = [] } = parts
  return async (changed: readonly Alert[], channels?: readonly string[]): Promise<readonly Alert[]> => {
    if (changed.length === 0) return []
    const now = clock.now()
    const holding = await silences.at(system.name, now)
    const held = await leases.list()
    const open = windows.filter((window) => openingAt(window, system.timezone, now) !== undefined)
    const kept = changed.map((alert): Alert => {
      if (alert.state !== 'firing' || alert.silencedBy !== undefined) return alert
      const window = coveringWindow(alert, open)
      const silencedBy =
        coveringSilence(alert, holding, now)?.id ??
        coveringLease(alert, held, leaseOf, now)?.holder ??
        (window && windowId(window.name))
      return silencedBy === undefined ? alert : { ...alert, silencedBy }
    })
    const told = kept.filter(({ state, silencedBy, firedAt }) => {
      return state !== 'pending' && firedAt !== undefined && silencedBy === undefined
    })
    const outbox = told.flatMap((alert) => {
      const linkFor = (channel: string): string | undefined =>
        acknowledgeUrl(system.publicUrl, linkKey, alert.id, channel, now)
      return announce(alert, system, words, now, { linkFor, ...(channels !== undefined && { channels }) })
    })
    await alerts.decide(kept, outbox)
    return kept
  }
}
