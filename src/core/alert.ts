import type { Text } from './message.ts'
import type { Labels } from './series.ts'
import type { Severity } from './words.ts'

export const alertStates = ['pending', 'firing', 'resolved'] as const
export type AlertState = (typeof alertStates)[number]

/** What made an alert: a rule on series, a check that fails, a ping that is missing, or the watch about itself. */
export const alertSources = ['rule', 'check', 'heartbeat', 'watch'] as const
export type AlertSource = (typeof alertSources)[number]

/** Something that somebody must know of now. One row from its first sign to its end; the next time is another row. */
export interface Alert {
  readonly id: string
  readonly system: string
  /** What it is about, the same from time to time: one alert at most is pending or firing for a key. */
  readonly key: string
  readonly source: AlertSource
  /** The rule as written, the id of the step, or the name of the heartbeat. */
  readonly rule: string
  readonly component: string
  readonly labels: Labels
  readonly severity: Severity
  readonly state: AlertState
  readonly title: Text
  readonly remedy: Text | undefined
  /** The number that the rule saw last. */
  readonly value: number | undefined
  readonly startedAt: Date
  readonly firedAt: Date | undefined
  readonly resolvedAt: Date | undefined
  readonly acknowledgedAt: Date | undefined
  readonly acknowledgedBy: string | undefined
  /** Why nobody is told, when it fires in silence: the id of the silence or lease. */
  readonly silencedBy: string | undefined
}
