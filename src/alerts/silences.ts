import type { MaintenanceWindow } from '../config/maintenance-window.ts'
import type { Alert } from '../core/alert.ts'
import type { LeaseRow } from '../store/lease-store.ts'
import type { SilenceRow } from '../store/watch-store.ts'

type About = Pick<Alert, 'system' | 'source' | 'component' | 'rule' | 'labels'>

/**
 * The silence that covers an alert now, the one that ends last. A matcher covers what has all that it says; an empty one
 * covers the whole system. The end of a silence is not part of it: what still fires then is told at once.
 */
export function coveringSilence(alert: About, silences: readonly SilenceRow[], now: Date): SilenceRow | undefined {
  return silences
    .filter((silence) => silence.startsAt <= now && now < silence.endsAt && doesCover(silence, alert))
    .toSorted((a, b) => b.endsAt.getTime() - a.endsAt.getTime())[0]
}

/**
 * The lease of a run that disturbs what an alert is about. It covers rules and checks of the component that the run acts
 * on, and never what tells of the run itself: a heartbeat, the watch, a routine. A lease that has run out covers nothing,
 * so that a run which crashed is silent for a minute at most.
 *
 * @param leaseOf the name of the lease that tasks on a component of a system take
 */
export function coveringLease(
  alert: About,
  leases: readonly LeaseRow[],
  leaseOf: (system: string, component: string) => string | undefined,
  now: Date,
): LeaseRow | undefined {
  if (alert.component === '' || (alert.source !== 'rule' && alert.source !== 'check')) return undefined
  const name = leaseOf(alert.system, alert.component)
  return name === undefined ? undefined : leases.find((lease) => lease.name === name && now < lease.expiresAt)
}

/**
 * The open maintenance window that covers an alert: one of a component that it names, or, when it names none, any of the
 * system. What the watch tells of itself is covered by none: a routine that fails in its own window, a lost sight.
 */
export function coveringWindow(
  { source, component }: Pick<Alert, 'source' | 'component'>,
  open: readonly MaintenanceWindow[],
): MaintenanceWindow | undefined {
  if (source === 'watch') return undefined
  return open.find(({ components }) => components === undefined || components.includes(component))
}

const windowPrefix = 'window '

/** How an alert names the window that keeps it quiet. */
export function windowId(name: string): string {
  return `${windowPrefix}${name}`
}

/** The window that an alert names; undefined when something else keeps it quiet. */
export function windowOf(silencedBy: string): string | undefined {
  return silencedBy.startsWith(windowPrefix) ? silencedBy.slice(windowPrefix.length) : undefined
}

function doesCover({ system, matcher }: SilenceRow, alert: About): boolean {
  const { component, rule, labels = {} } = matcher
  return (
    system === alert.system &&
    (component === undefined || component === alert.component) &&
    (rule === undefined || rule === alert.rule) &&
    Object.entries(labels).every(([label, value]) => alert.labels[label] === value)
  )
}
