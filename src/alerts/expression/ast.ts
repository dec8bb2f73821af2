import type { Severity } from '../../core/words.ts'

/** A rule as plain data: it can be kept, compared, printed and translated for others. `printRule` gives its text. */
export interface Rule {
  readonly condition: Condition
  /** Milliseconds for which the condition must have held. 0: fires at once. */
  readonly forMs: number
  /** Milliseconds for which it must have been clear before a firing alert ends; absent: `defaultKeepMs`. */
  readonly keepMs?: number
  readonly severity?: Severity
}

export type Condition = Comparison | Absent | Burn | Pair

/** Both or one of two comparisons; their series are matched by the labels that they share. */
export interface Pair {
  readonly type: 'and' | 'or'
  readonly left: Comparison
  readonly right: Comparison
}

export const operators = ['>', '>=', '<', '<=', '==', '!='] as const
export type Operator = (typeof operators)[number]

export interface Comparison {
  readonly type: 'comparison'
  readonly value: Value
  readonly operator: Operator
  readonly limit: Quantity
  /** Hysteresis: between the limit and this the condition neither begins nor ends. */
  readonly clearAt?: Quantity
  /** Fewer samples in the window tell nothing; of a ratio: what its whole counted. */
  readonly minSamples?: number
}

/** No point for so long as the rule's `for`. */
export interface Absent {
  readonly type: 'absent'
  readonly selector: Selector
}

/** An error budget that is spent too fast: two windows, as in the Google SRE workbook, chapter 5, table 5-8. */
export interface Burn {
  readonly type: 'burn'
  readonly slo: Quantity
  readonly bad: Selector
  readonly total: Selector
  readonly by?: string
}

export const windowFunctions = ['avg', 'max', 'min', 'slope', 'increase', 'rate'] as const
export type WindowFunction = (typeof windowFunctions)[number]

export type Value =
  | { readonly type: 'series'; readonly selector: Selector }
  | {
      readonly type: 'window'
      readonly function: WindowFunction
      readonly selector: Selector
      readonly windowMs: number
    }
  /** Seconds since the time that the series holds (seconds since 1970). */
  | { readonly type: 'age'; readonly selector: Selector }
  /** What `part` counted for each that `whole` counted; for each component, and each value of the label `by`. */
  | {
      readonly type: 'ratio'
      readonly part: Selector
      readonly whole: Selector
      readonly windowMs: number
      readonly by?: string
    }

export interface Selector {
  readonly name: string
  readonly labels: readonly LabelMatch[]
}

export interface LabelMatch {
  readonly label: string
  readonly operator: '=' | '!='
  /** `*` stands for any text. */
  readonly value: string
}

/** A number as it was written; `baseValue` gives it in the unit of its series. */
export interface Quantity {
  readonly amount: number
  readonly unit: Unit
}

export const unitFactors = {
  '': 1,
  '%': 0.01,
  ms: 0.001,
  s: 1,
  m: 60,
  h: 3600,
  d: 86_400,
  w: 604_800,
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
} as const
export type Unit = keyof typeof unitFactors
