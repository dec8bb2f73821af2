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
  /** Alerts of ours that another process, or an answer that was lost, had kept already: by our ids, theirs. */
  const instead = new Map<string, string>()
  /** Who ends an alert may not know yet that its silence is over and that it was told: then its end is told, too. */
  const asTold = async (alert: Alert): Promise<Alert> => {
    if (alert.state !== 'resolved' || alert.silencedBy === undefined) return alert
    const { state, silencedBy } = (await alerts.get(alert.id)) ?? alert
    return state === 'firing' ? { ...alert, silencedBy } : alert
  }
  const tellNow = async (all: readonly Alert[], channels?: readonly string[]): Promise<readonly Alert[]> => {
    const changed = await Promise.all(all.map((alert) => asTold({ ...alert, id: instead.get(alert.id) ?? alert.id })))
    const { kept, others } = await keep(changed, channels)
    const firing = kept.filter(({ id, state }) => state === 'firing' && others.has(id))
    for (const { id } of firing) instead.set(id, others.get(id) ?? id)
    // Theirs may still be pending: nobody was told.
    const early = await Promise.all(
      firing.map(async (alert) => ({ alert, known: await alerts.get(instead.get(alert.id) ?? '') })),
    )
    const toFire = early.flatMap(({ alert, known }) => (known?.state === 'pending' ? [{ ...alert, id: known.id }] : []))
    if (toFire.length > 0) await keep(toFire, channels)
    for (const { id, state } of all) if (state === 'resolved') instead.delete(id)
    // Who decided goes on under the id that it gave.
    return kept.map((alert, index) => ({ ...alert, id: all[index]?.id ?? alert.id }))
  }
  const keep = async (changed: readonly Alert[], channels: readonly string[] | undefined) => {
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
    return { kept, others: await alerts.decide(kept, outbox) }
  }
  // One after the other: what one decision leaves is what the next begins with.
  let last: Promise<unknown> = Promise.resolve()
  return (changed: readonly Alert[], channels?: readonly string[]): Promise<readonly Alert[]> => {
    if (changed.length === 0) return Promise.resolve([])
    const told = last.then(() => tellNow(changed, channels))
    last = told.catch(() => undefined)
    return told
  }
}
