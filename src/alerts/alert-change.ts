import { randomInt } from 'node:crypto'
import type { Alert } from '../core/alert.ts'
import type { Moment } from './moment.ts'

/**
 * What became of an alert. `pending` and `withdrawn` are kept and told to nobody; `firing` and `resolved` are told, once
 * each, unless the alert's `silencedBy` is set: by this to the id of the alert of a stronger rule that is told instead.
 */
export interface AlertChange {
  readonly kind: 'pending' | 'firing' | 'withdrawn' | 'resolved'
  /** As it is now: to be kept. A withdrawn one is `resolved` without ever having fired. */
  readonly alert: Alert
}

/** The end of an alert, never before what else is known of it: the wall clock may have stepped back meanwhile. */
export function endOf(alert: Alert, { wallMs }: Moment): AlertChange {
  const latestMs = Math.max(wallMs, alert.startedAt.getTime(), alert.firedAt?.getTime() ?? 0)
  const ended: Alert = { ...alert, state: 'resolved', resolvedAt: new Date(latestMs) }
  return { kind: alert.firedAt === undefined ? 'withdrawn' : 'resolved', alert: ended }
}

/** Without 0, 1, l and o, which are misread when an id is typed from a screen. */
const alphabet = '23456789abcdefghijkmnpqrstuvwxyz'

/** An alert's id: `a` and nine characters. */
export function newAlertId(): string {
  return `a${Array.from({ length: 9 }, () => alphabet[randomInt(alphabet.length)]).join('')}`
}
