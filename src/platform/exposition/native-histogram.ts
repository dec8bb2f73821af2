import type { NativeHistogram } from './exposed.ts'
import { fieldsOf, numberOf, ProtoError, type ProtoField, packed, zigzag } from './protobuf-reader.ts'

/** Buckets of one histogram. Client libraries keep at most 160 by default. */
const maxBuckets = 10_000
/** Schemas that there are: -4 (wide) to 8 (fine); -53 and others have bounds of their own, which nobody exposes. */
const [coarsest, finest] = [-4, 8] as const

interface Span {
  readonly offset: number
  readonly length: number
}

/** The native part of a `Histogram` message; undefined when it has none. Throws `ProtoError`. */
export function readNativeHistogram(fields: Iterable<ProtoField>): NativeHistogram | undefined {
  const own = { schema: Number.NaN, zeroThreshold: 0, zeroCount: 0, count: 0, sum: 0 }
  const spans: { negative: Span[]; positive: Span[] } = { negative: [], positive: [] }
  const deltas: { negative: number[]; positive: number[] } = { negative: [], positive: [] }
  const counts: { negative: number[]; positive: number[] } = { negative: [], positive: [] }
  for (const field of fields) {
    if (field.number === 1 || field.number === 4) own.count = Math.max(own.count, numberOf(field))
    else if (field.number === 2) own.sum = numberOf(field)
    else if (field.number === 5) own.schema = field.wire === 'varint' ? zigzag(field.value) : Number.NaN
    else if (field.number === 6) own.zeroThreshold = numberOf(field)
    else if (field.number === 7 || field.number === 8) own.zeroCount = Math.max(own.zeroCount, numberOf(field))
    else if (field.number === 9) spans.negative.push(readSpan(field))
    else if (field.number === 10) addAll(deltas.negative, packed(field, 'sint'))
    else if (field.number === 11) addAll(counts.negative, packed(field, 'double'))
    else if (field.number === 12) spans.positive.push(readSpan(field))
    else if (field.number === 13) addAll(deltas.positive, packed(field, 'sint'))
    else if (field.number === 14) addAll(counts.positive, packed(field, 'double'))
  }
  // A span, even one without a bucket, is how a histogram that saw nothing yet says that it is native.
  const isNative = spans.positive.length + spans.negative.length > 0 || own.zeroThreshold > 0
  if (!isNative || !(own.schema >= coarsest && own.schema <= finest)) return undefined
  return {
    ...own,
    positive: bucketsOf(spans.positive, deltas.positive, counts.positive),
    negative: bucketsOf(spans.negative, deltas.negative, counts.negative),
  }
}

function addAll(list: number[], numbers: Iterable<number>): void {
  for (const one of numbers) {
    if (list.length >= maxBuckets) throw new ProtoError(0)
    list.push(one)
  }
}

function readSpan(field: ProtoField): Span {
  let [offset, length] = [0, 0]
  for (const part of fieldsOf(field)) {
    if (part.number === 1 && part.wire === 'varint') offset = zigzag(part.value)
    else if (part.number === 2) length = numberOf(part)
  }
  return { offset, length }
}

/** Whole counts are written as differences from bucket to bucket, fractional ones as they are. */
function bucketsOf(spans: readonly Span[], deltas: readonly number[], counts: readonly number[]): Map<number, number> {
  const buckets = new Map<number, number>()
  let [index, place, running] = [0, 0, 0]
  for (const { offset, length } of spans) {
    index += offset
    if (place + length > maxBuckets) throw new ProtoError(0)
    for (let step = 0; step < length; step++, index++, place++) {
      running += deltas[place] ?? 0
      const count = counts.length > 0 ? (counts[place] ?? 0) : running
      if (count !== 0) buckets.set(index, count)
    }
  }
  return buckets
}
