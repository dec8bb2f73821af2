import type { NativeHistogram } from '../exposition/exposed.ts'

/** Observations of one bucket, above `lower` and at most `upper`; the zero bucket holds both its ends. */
interface Bucket {
  readonly lower: number
  readonly upper: number
  readonly count: number
}

/**
 * What came since the look before; all of it when a count went down, which is a program that began anew. Undefined when
 * the zero bucket was widened meanwhile: then the two cannot be compared, and the next look can.
 */
export function nativeIncrease(before: NativeHistogram | undefined, now: NativeHistogram): NativeHistogram | undefined {
  if (before === undefined || now.count < before.count) return now
  if (before.zeroThreshold !== now.zeroThreshold) return undefined
  const schema = Math.min(before.schema, now.schema)
  const [old, fresh] = [coarsened(before, schema), coarsened(now, schema)]
  const positive = minus(fresh.positive, old.positive)
  const negative = minus(fresh.negative, old.negative)
  const zeroCount = fresh.zeroCount - old.zeroCount
  if (positive === undefined || negative === undefined || zeroCount < 0) return now
  return { ...fresh, positive, negative, zeroCount, count: fresh.count - old.count, sum: fresh.sum - old.sum }
}

/** Several series as one, at the coarsest of their resolutions. */
export function mergeNative(all: readonly NativeHistogram[]): NativeHistogram | undefined {
  const schema = all.reduce((coarsest, one) => Math.min(coarsest, one.schema), Number.POSITIVE_INFINITY)
  return all
    .map((one) => coarsened(one, schema))
    .reduce<NativeHistogram | undefined>((sum, one) => (sum === undefined ? one : added(sum, one)), undefined)
}

/**
 * As `histogram_quantile` of Prometheus has it for native histograms (promql/quantile.go, `histogramQuantile`):
 * exponential within a bucket, linear in the zero bucket, which reaches only to where there are observations.
 */
export function nativeQuantile(quantile: number, histogram: NativeHistogram): number | undefined {
  const buckets = bucketsOf(histogram)
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return undefined
  const rank = quantile * total
  let below = 0
  for (const [index, { lower, upper, count }] of buckets.entries()) {
    if (below + count < rank && index < buckets.length - 1) {
      below += count
      continue
    }
    const part = Math.min(1, Math.max(0, (rank - below) / count))
    if (lower <= 0 && upper >= 0) return lower + (upper - lower) * part
    const [near, far] = lower > 0 ? [lower, upper] : [upper, lower]
    const along = lower > 0 ? part : 1 - part
    const size = 2 ** (Math.log2(Math.abs(near)) + (Math.log2(Math.abs(far)) - Math.log2(Math.abs(near))) * along)
    return lower > 0 ? size : -size
  }
  return undefined
}

/** From the lowest bound up, those without observations left out. */
function bucketsOf({ schema, zeroThreshold, zeroCount, positive, negative }: NativeHistogram): readonly Bucket[] {
  const base = 2 ** (2 ** -schema)
  const sorted = (all: ReadonlyMap<number, number>): readonly (readonly [number, number])[] =>
    [...all].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b)
  const above = sorted(positive).map(([index, count]) => ({ lower: base ** (index - 1), upper: base ** index, count }))
  const below = sorted(negative)
    .toReversed()
    .map(([index, count]) => ({ lower: -(base ** index), upper: -(base ** (index - 1)), count }))
  const zero = {
    lower: below.length === 0 && above.length > 0 ? 0 : -zeroThreshold,
    upper: above.length === 0 && below.length > 0 ? 0 : zeroThreshold,
    count: zeroCount,
  }
  return [...below, ...(zeroCount > 0 ? [zero] : []), ...above]
}

/** Every step down joins two buckets: index `i` becomes `ceil(i / 2)`. */
function coarsened(histogram: NativeHistogram, schema: number): NativeHistogram {
  const steps = histogram.schema - schema
  if (steps <= 0) return histogram
  const coarse = (all: ReadonlyMap<number, number>): ReadonlyMap<number, number> => {
    const joined = new Map<number, number>()
    for (const [index, count] of all) {
      const target = Math.ceil(index / 2 ** steps)
      joined.set(target, (joined.get(target) ?? 0) + count)
    }
    return joined
  }
  return { ...histogram, schema, positive: coarse(histogram.positive), negative: coarse(histogram.negative) }
}

function minus(
  now: ReadonlyMap<number, number>,
  before: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> | undefined {
  const rest = new Map(now)
  for (const [index, count] of before) {
    const left = (rest.get(index) ?? 0) - count
    if (left < 0) return undefined
    rest.set(index, left)
  }
  return rest
}

function added(a: NativeHistogram, b: NativeHistogram): NativeHistogram {
  const plus = (one: ReadonlyMap<number, number>, other: ReadonlyMap<number, number>): ReadonlyMap<number, number> => {
    const sum = new Map(one)
    for (const [index, count] of other) sum.set(index, (sum.get(index) ?? 0) + count)
    return sum
  }
  return {
    schema: a.schema,
    zeroThreshold: Math.max(a.zeroThreshold, b.zeroThreshold),
    zeroCount: a.zeroCount + b.zeroCount,
    count: a.count + b.count,
    sum: a.sum + b.sum,
    positive: plus(a.positive, b.positive),
    negative: plus(a.negative, b.negative),
  }
}
