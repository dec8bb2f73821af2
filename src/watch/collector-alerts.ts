import type { Alert } from '../core/alert.ts'
import type { CollectedPoint } from '../core/collector.ts'
import { message, type Text } from '../core/message.ts'
import { newAlert, resolved } from './new-alert.ts'

/** Looks in a row before somebody is told, and good ones before it is over; as for checks that could not tell. */
const looksToTell = 3

const blind = message<{ collector: string; looks: number; reason: string }>('watch.collector-blind', {
  en: (p) => `${p.collector} has measured nothing yet in ${p.looks} looks: ${p.reason}`,
  fr: (p) => `${p.collector} n'a encore rien mesuré en ${p.looks} relevés : ${p.reason}`,
})
const dropped = message<{ collector: string; count: number }>('watch.series-dropped', {
  en: (p, f) => `${p.collector} gives too many series: ${f.number(p.count)} of them are left out, look after look`,
  fr: (p, f) => `${p.collector} donne trop de séries : ${f.number(p.count)} sont laissées de côté, relevé après relevé`,
})
const droppedRemedy = message('watch.series-dropped-remedy', {
  en: () =>
    'Labels such as user ids and raw paths make series without end: take them out of the metrics, or raise maxSeries of the collector',
  fr: () =>
    "Des étiquettes comme un identifiant d'utilisateur ou un chemin brut font des séries sans fin : retirez-les des métriques, ou augmentez maxSeries du collecteur",
})
export const collectorAlertTexts = [blind, dropped, droppedRemedy]

type Trouble = 'blind' | 'dropped'

/** What the watch knows of one collector between two looks. */
export interface CollectorAlerts {
  /** Once it gave something, what it does not give any more is missing data, which rules tell. */
  readonly hasGiven: boolean
  /** Looks in a row that were bad, and good. */
  readonly looks: Readonly<Record<Trouble, { readonly bad: number; readonly good: number }>>
  readonly open: ReadonlyMap<string, Alert>
}

const none = { bad: 0, good: 0 } as const

/** @param open alerts about it from before this process began */
export function collectorAlerts(open: readonly Alert[] = []): CollectorAlerts {
  return { hasGiven: false, looks: { blind: none, dropped: none }, open: new Map(open.map((one) => [one.key, one])) }
}

/** One look: what it gave, or why it gave nothing. */
export interface Collected {
  readonly system: string
  readonly collector: string
  readonly component: string
  readonly at: Date
  readonly points: readonly CollectedPoint[] | undefined
  readonly reason: string
  readonly remedy: Text | undefined
  /** The component is known to be down: that it gives no numbers has that cause. */
  readonly isDown: boolean
}

/**
 * What a look changes. A collector that never gave anything is told after three looks; one that leaves series out, which it
 * counts in `vigie_dropped_series`, as well.
 */
export function afterCollect(
  known: CollectorAlerts,
  look: Collected,
  makeId: () => string,
): { readonly next: CollectorAlerts; readonly changed: readonly Alert[] } {
  const { points, system, collector, component, at, reason } = look
  const open = new Map(known.open)
  const changed: Alert[] = []
  const hasGiven = known.hasGiven || points !== undefined
  const count = points?.find(({ name }) => name === 'vigie_dropped_series')?.value ?? 0
  const looks = {
    blind: counted(known.looks.blind, hasGiven ? false : look.isDown ? undefined : true),
    dropped: counted(known.looks.dropped, points === undefined ? undefined : count > 0),
  }
  const settle = (
    trouble: Trouble,
    news: () => Pick<Alert, 'title' | 'remedy' | 'severity'>,
    goodLooks: number,
  ): void => {
    const key = `${collectorKey(collector)} ${trouble}`
    const present = open.get(key)
    if (present === undefined && looks[trouble].bad >= looksToTell) {
      const about = { system, key, source: 'watch', rule: collector, component } as const
      const alert = newAlert({ ...about, id: makeId(), ...news() }, at)
      open.set(key, alert)
      changed.push(alert)
    } else if (present !== undefined && looks[trouble].good >= goodLooks) {
      open.delete(key)
      changed.push(resolved(present, at))
    }
  }
  settle(
    'blind',
    () => ({ severity: 'high', title: blind({ collector, looks: looksToTell, reason }), remedy: look.remedy }),
    1,
  )
  const over = { severity: 'medium', remedy: droppedRemedy({}) } as const
  settle('dropped', () => ({ ...over, title: dropped({ collector, count }) }), looksToTell)
  return { next: { hasGiven, looks, open }, changed }
}

/** What the keys of its alerts begin with. */
export function collectorKey(collector: string): string {
  return `collector ${collector}`
}

function counted(
  { bad, good }: { readonly bad: number; readonly good: number },
  isBad: boolean | undefined,
): { readonly bad: number; readonly good: number } {
  if (isBad === undefined) return { bad, good }
  return isBad ? { bad: bad + 1, good: 0 } : { bad: 0, good: good + 1 }
}
