import type { Labels } from '../../core/series.ts'
import type { ExpositionSink, MetricFamily, MetricType } from './exposed.ts'
import { readNativeHistogram } from './native-histogram.ts'
import { fieldsOf, numberOf, type ProtoField, protoFields, textOf } from './protobuf-reader.ts'

/** The numbers of `MetricType` in metrics.proto. */
const types: readonly MetricType[] = ['counter', 'gauge', 'summary', 'unknown', 'histogram', 'gaugehistogram']

/**
 * Tells the samples of one `io.prometheus.client.MetricFamily` as the text format would, and its native histograms.
 * Numbers of members: metrics.proto of prometheus/client_model. Throws `ProtoError`.
 */
export function readMetricFamily(bytes: Uint8Array, sink: ExpositionSink): void {
  let family: MetricFamily = { name: '', type: 'counter', help: undefined, unit: undefined }
  const metrics: ProtoField[] = []
  for (const field of protoFields(bytes)) {
    if (field.number === 1) family = { ...family, name: textOf(field) }
    else if (field.number === 2) family = { ...family, help: textOf(field) }
    else if (field.number === 3) family = { ...family, type: types[numberOf(field)] ?? 'unknown' }
    else if (field.number === 4) metrics.push(field)
    else if (field.number === 5) family = { ...family, unit: textOf(field) || undefined }
  }
  for (const metric of metrics) readMetric(metric, family, sink)
}

function readMetric(metric: ProtoField, family: MetricFamily, sink: ExpositionSink): void {
  let timestampMs: number | undefined
  const labels: Record<string, string> = {}
  const values: ProtoField[] = []
  for (const field of fieldsOf(metric)) {
    if (field.number === 1) addLabel(field, labels)
    else if (field.number === 6) timestampMs = Number(BigInt.asIntN(64, field.wire === 'varint' ? field.value : 0n))
    else values.push(field)
  }
  const say = (name: string, more: Labels, value: number): void =>
    sink.sample({ family, name, labels: { ...labels, ...more }, value, timestampMs, exemplar: undefined })
  for (const field of values) {
    if (field.number === 4) readSummary(field, family.name, say)
    else if (field.number === 7) readHistogram(field, family, labels, sink, say)
    else if ([2, 3, 5].includes(field.number)) say(family.name, {}, memberNumber(field, 1))
  }
}

type Say = (name: string, more: Labels, value: number) => void

function readSummary(summary: ProtoField, name: string, say: Say): void {
  for (const field of fieldsOf(summary)) {
    if (field.number === 1) say(`${name}_count`, {}, numberOf(field))
    else if (field.number === 2) say(`${name}_sum`, {}, numberOf(field))
    else if (field.number === 3) say(name, { quantile: boundText(memberNumber(field, 1)) }, memberNumber(field, 2))
  }
}

function readHistogram(
  histogram: ProtoField,
  family: MetricFamily,
  labels: Labels,
  sink: ExpositionSink,
  say: Say,
): void {
  const { name } = family
  const prefix = family.type === 'gaugehistogram' ? 'g' : ''
  let [count, hasInfinity, hasBuckets] = [0, false, false]
  for (const field of fieldsOf(histogram)) {
    // A whole count and one with fractions: the first is 0 when the second is used.
    if (field.number === 1 || field.number === 4) count = Math.max(count, numberOf(field))
    else if (field.number === 2) say(`${name}_${prefix}sum`, {}, numberOf(field))
    else if (field.number === 3) {
      const bound = memberNumber(field, 2)
      hasBuckets = true
      hasInfinity ||= bound === Number.POSITIVE_INFINITY
      say(`${name}_bucket`, { le: boundText(bound) }, Math.max(memberNumber(field, 1), memberNumber(field, 4)))
    }
  }
  if (hasBuckets && !hasInfinity) say(`${name}_bucket`, { le: '+Inf' }, count)
  say(`${name}_${prefix}count`, {}, count)
  const native = readNativeHistogram(fieldsOf(histogram))
  if (native !== undefined) sink.native?.(family, labels, native)
}

function addLabel(field: ProtoField, labels: Record<string, string>): void {
  let [name, value] = ['', '']
  for (const part of fieldsOf(field)) {
    if (part.number === 1) name = textOf(part)
    else if (part.number === 2) value = textOf(part)
  }
  Object.defineProperty(labels, name, { value, enumerable: true, configurable: true, writable: true })
}

/** A number within a message; 0 when it is left out, as protobuf has it. */
function memberNumber(field: ProtoField, number: number): number {
  let found = 0
  for (const one of fieldsOf(field)) if (one.number === number) found = numberOf(one)
  return found
}

function boundText(value: number): string {
  return value === Number.POSITIVE_INFINITY ? '+Inf' : value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}
