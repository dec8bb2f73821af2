import type { ConfiguredCollector } from '../config/system.ts'
import type { Alert } from '../core/alert.ts'
import type { CollectedPoint } from '../core/collector.ts'
import { VigieError } from '../core/errors.ts'
import type { Text } from '../core/message.ts'
import { afterCollect, type CollectorAlerts, collectorAlerts } from './collector-alerts.ts'

export interface TellCollectedParts {
  readonly system: string
  makeId(): string
  /** The reason as plain text in the language of the system. */
  plain(text: Text): string
  decide(alerts: readonly Alert[]): Promise<readonly Alert[]>
  /** Alerts of the watch that are open since before this process began. */
  readonly open: readonly Alert[]
}

/** Tells of collectors that cannot look, and of those that give more than is kept. */
export interface TellCollected {
  gave(collector: ConfiguredCollector, at: Date, points: readonly CollectedPoint[]): Promise<void>
  /** @param isDown the component is known to be down */
  failed(collector: ConfiguredCollector, at: Date, error: unknown, isDown: boolean): Promise<void>
  /** Takes over what others changed in an open alert. */
  note(alert: Alert): void
}

export function createTellCollected({ system, makeId, plain, decide, open }: TellCollectedParts): TellCollected {
  const all = new Map<string, CollectorAlerts>()
  const of = (id: string): CollectorAlerts =>
    all.get(id) ?? collectorAlerts(open.filter(({ source, rule }) => source === 'watch' && rule === id))
  const note = (alert: Alert): void => {
    const known = of(alert.rule)
    if (known.open.get(alert.key)?.id !== alert.id) return
    all.set(alert.rule, { ...known, open: new Map(known.open).set(alert.key, alert) })
  }
  const take = async (
    { id, component }: ConfiguredCollector,
    look: Pick<Parameters<typeof afterCollect>[1], 'at' | 'points' | 'reason' | 'remedy' | 'isDown'>,
  ): Promise<void> => {
    const seen = { ...look, system, collector: id, component: component.name }
    const { next, changed } = afterCollect(of(id), seen, makeId)
    // Known only once it is kept: what could not be kept is decided again by the next look.
    const kept = changed.length > 0 ? await decide(changed) : []
    all.set(id, next)
    for (const alert of kept) note(alert)
  }
  return {
    gave: (collector, at, points) => take(collector, { at, points, reason: '', remedy: undefined, isDown: false }),
    failed: (collector, at, error, isDown) => {
      const isOurs = error instanceof VigieError
      const reason = isOurs ? plain(error.text) : error instanceof Error ? error.message : String(error)
      return take(collector, { at, points: undefined, reason, remedy: isOurs ? error.hint : undefined, isDown })
    },
    note,
  }
}
