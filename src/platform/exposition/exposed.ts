import type { Labels } from '../../core/series.ts'

/** As OpenMetrics 1.0 names them; Prometheus' `untyped` is `unknown`. */
export const metricTypes = [
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'stateset',
  'info',
  'unknown',
] as const
export type MetricType = (typeof metricTypes)[number]

/** What a program says of the samples that follow. `name` is without the endings of its samples (`_total`, `_bucket`). */
export interface MetricFamily {
  readonly name: string
  readonly type: MetricType
  readonly help: string | undefined
  readonly unit: string | undefined
}

export interface Exemplar {
  readonly labels: Labels
  readonly value: number
  readonly timestampMs: number | undefined
}

export interface ExposedSample {
  readonly family: MetricFamily
  readonly name: string
  readonly labels: Labels
  /** NaN and the infinities are values here. */
  readonly value: number
  readonly timestampMs: number | undefined
  readonly exemplar: Exemplar | undefined
}

/**
 * A histogram with exponential buckets: bucket `i` holds what is above `base^(i-1)` and at most `base^i`, where `base` is
 * 2^(2^-schema). Counts are of each bucket alone. Source: Prometheus, "Native Histograms" specification.
 */
export interface NativeHistogram {
  readonly schema: number
  readonly zeroThreshold: number
  readonly zeroCount: number
  readonly count: number
  readonly sum: number
  /** Bucket index → observations. */
  readonly positive: ReadonlyMap<number, number>
  readonly negative: ReadonlyMap<number, number>
}

/** What a reader of an exposition is told, in its order. Nothing is kept for it. */
export interface ExpositionSink {
  sample(sample: ExposedSample): void
  native?(family: MetricFamily, labels: Labels, histogram: NativeHistogram): void
}

/** Takes an exposition piece by piece; `end` tells that it is whole. Both throw `ExpositionError`, and nothing else. */
export interface ExpositionParser {
  push(piece: Uint8Array): void
  end(): void
}

export interface ExpositionLimits {
  /** Of all pieces together. */
  readonly maxBytes: number
  /** Of one line in characters, or of one protobuf message in bytes: all that is ever held. */
  readonly maxUnit: number
}

/** Prometheus itself has no limit of bytes by default; 10,000 series are about 1 MB, so this is far beyond any honest one. */
export const defaultLimits: ExpositionLimits = { maxBytes: 32_000_000, maxUnit: 1_000_000 }
