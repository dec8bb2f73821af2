import type { Labels } from '../../core/series.ts'

/** A series of Vigie as Prometheus makes it from what exporters and services tell: a recording rule. */
export interface KnownSeries {
  readonly name: string
  readonly expr: string
  /** Labels beside `system` and `component`. */
  readonly labels: readonly string[]
  /** Labels that the rule sets. */
  readonly fixed?: Labels
}
