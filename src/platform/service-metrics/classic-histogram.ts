/** Upper bound → observations at or below it. */
export type Buckets = ReadonlyMap<number, number>

/**
 * What came since the look before. A count that went down, in any bucket, is a program that began anew: all that it has
 * came since. A series that was not there before began at nothing.
 */
export function bucketsIncrease(before: Buckets | undefined, now: Buckets): Buckets {
  if (before === undefined) return now
  for (const [bound, count] of now) if (count < (before.get(bound) ?? 0)) return now
  return new Map([...now].map(([bound, count]) => [bound, count - (before.get(bound) ?? 0)]))
}

/**
 * The buckets of several series as those of one: only so may quantiles be joined. Where their bounds differ, those count
 * that all of them have, since what a series has at another bound is not known. Series without observations say nothing
 * and so take no bound away.
 */
export function mergeBuckets(all: readonly Buckets[]): Buckets {
  const filled = all.filter((buckets) => [...buckets.values()].some((count) => count > 0))
  const [first, ...others] = filled.length > 0 ? filled : all
  if (first === undefined) return new Map()
  const merged = new Map<number, number>()
  for (const bound of first.keys()) {
    if (others.every((buckets) => buckets.has(bound))) {
      merged.set(
        bound,
        others.reduce((sum, buckets) => sum + (buckets.get(bound) ?? 0), first.get(bound) ?? 0),
      )
    }
  }
  return merged
}

/**
 * As `histogram_quantile` of Prometheus has it for classic buckets (promql/quantile.go, `bucketQuantile`): linear within a
 * bucket, the lowest one begins at 0, and what lies beyond the highest bound is that bound. Undefined without an
 * observation, or without the bucket `+Inf`.
 */
export function classicQuantile(quantile: number, buckets: Buckets): number | undefined {
  const sorted = monotonic(buckets)
  const last = sorted.at(-1)
  if (last === undefined || last.bound !== Number.POSITIVE_INFINITY || sorted.length < 2 || !(last.count > 0)) {
    return undefined
  }
  const rank = quantile * last.count
  const index = sorted.findIndex(({ count }, at) => at === sorted.length - 1 || count >= rank)
  const bucket = sorted[index]
  const below = sorted[index - 1]
  if (bucket === undefined) return undefined
  if (bucket === last) return below?.bound
  if (below === undefined && bucket.bound <= 0) return bucket.bound
  const start = below?.bound ?? 0
  const inside = bucket.count - (below?.count ?? 0)
  return inside === 0 ? start : start + (bucket.bound - start) * ((rank - (below?.count ?? 0)) / inside)
}

/** In the order of their bounds, none with fewer than the one below: what was read while it was written can be so. */
function monotonic(buckets: Buckets): { readonly bound: number; readonly count: number }[] {
  let highest = 0
  return [...buckets]
    .toSorted(([a], [b]) => a - b)
    .map(([bound, count]) => {
      highest = Math.max(highest, count)
      return { bound, count: highest }
    })
}
