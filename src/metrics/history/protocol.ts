import type { SeriesClass } from '../../core/series.ts'

/** What the process with DuckDB is asked. One at a time, in order. */
export type HistoryRequest =
  /** Forgets what was added before. */
  | { readonly op: 'begin' }
  | { readonly op: 'describe'; readonly series: readonly DescribedSeries[] }
  | {
      readonly op: 'add'
      readonly series: Int32Array
      readonly at: Float64Array
      readonly value: Float64Array
    }
  /** Joins what was added, of one class and day, with what its files hold, and replaces them. */
  | { readonly op: 'write'; readonly root: string; readonly class: SeriesClass; readonly day: number }
  | ({ readonly op: 'read' } & ReadRequest)
  | { readonly op: 'oldest'; readonly file: string }

export interface DescribedSeries {
  readonly id: number
  readonly class: SeriesClass
  readonly system: string
  readonly name: string
  /** JSON, keys in order. */
  readonly labels: string
}

export interface ReadRequest {
  readonly parts: readonly ReadPart[]
  readonly system: string
  readonly name: string
  /** Labels that a series must have. */
  readonly labels: Readonly<Record<string, string>>
  /** Milliseconds of one step; 0 gives the points as they are. */
  readonly stepMs: number
}

/** Files of one form and the time that they are asked about, its end excluded. */
export interface ReadPart {
  readonly isRolled: boolean
  readonly files: readonly string[]
  readonly since: number
  readonly until: number
}

/** Columns of equal length, by series and then time. */
export interface ReadAnswer {
  /** JSON labels; `series` counts into them. */
  readonly labels: readonly string[]
  readonly series: Int32Array
  readonly at: Float64Array
  readonly min: Float64Array
  readonly max: Float64Array
  readonly sum: Float64Array
  readonly count: Float64Array
}

export interface HistoryAnswers {
  readonly begin: null
  readonly describe: null
  readonly add: null
  /** Bytes of the day's raw file. */
  readonly write: { readonly bytes: number; readonly points: number }
  readonly read: ReadAnswer
  readonly oldest: { readonly at: number | null }
}
