import type { Alert } from '../core/alert.ts'
import type { Text } from '../core/message.ts'

/** What the page at `/` shows, as it is now. */
export interface Overview {
  readonly now: Date
  /** Why the watch does not do its work; undefined when it does. */
  readonly problem: Text | undefined
  readonly systems: readonly SystemView[]
}

export interface SystemView {
  readonly name: string
  readonly timeZone: string
  /** Those that are not over. */
  readonly alerts: readonly Alert[]
  readonly components: readonly ComponentView[]
}

export interface ComponentView {
  readonly name: string
  readonly kind: string
  readonly looks: readonly LookView[]
  readonly figures: readonly FigureView[]
}

/** A check or a collector, and its latest look. */
export interface LookView {
  readonly name: string
  /** Whether a run can ask it, too. */
  readonly isCheck: boolean
  /** `pass`, `warn`, `fail`, `error` or `skipped`; undefined when it has not looked since the start. */
  readonly status: string | undefined
  readonly reason: Text | undefined
  readonly at: Date | undefined
  readonly everyMs: number
}

export const figureUnits = ['seconds', 'ratio', 'per-second', 'per-minute', 'count'] as const
export type FigureUnit = (typeof figureUnits)[number]

/** A series with its newest value. */
export interface FigureView {
  readonly title: Text
  /** What sets it apart from others of the same title; '' for nothing. */
  readonly subject: string
  readonly unit: FigureUnit
  readonly value: number
  readonly at: Date
  /** From one look of its source to the next. */
  readonly everyMs: number
  /** The last 24 hours in steps of the same length, oldest first; undefined where nothing was measured. */
  readonly day: readonly (number | undefined)[]
}

/** For the look itself, and for points that wait to be written. */
const graceMs = 15_000

/** Whether two looks were missed: what was seen then is not what is now. */
export function isStale({ at, everyMs }: { readonly at: Date; readonly everyMs: number }, now: Date): boolean {
  return now.getTime() - at.getTime() > 2 * everyMs + graceMs
}
