import { randomInt } from 'node:crypto'
import type { Alert } from '../core/alert.ts'

/**
 * What became of an alert. `pending` and `withdrawn` are kept and told to nobody; `firing` and `resolved` are told, once
 * each, unless the alert's `silencedBy` is set: by this to the id of the alert of a stronger rule that is told instead.
 */
export interface AlertChange {
  readonly kind: 'pending' | 'firing' | 'withdrawn' | 'resolved'
  /** As it is now: to be kept. A withdrawn one is `resolved` without ever having fired. */
  readonly alert: Alert
}

/** Without 0, 1, l and o, which are misread when an id is typed from a screen. */
const alphabet = '23456789abcdefghijkmnpqrstuvwxyz'

/** An alert's id: `a` and nine characters. */
export function newAlertId(): string {
  return `a${Array.from({ length: 9 }, () => alphabet[randomInt(alphabet.length)]).join('')}`
}
