const dayMs = 86_400_000

/** A day, less what a daily routine may be early: a shorter span would make a day's growth of one hour's work. */
const leastSpanMs = 0.8 * dayMs

/** Smaller than this part of what it was, it was emptied: what it grows by from then on is the question. */
const emptiedRatio = 0.5

export interface SizeAt {
  readonly at: Date
  readonly file: number
  readonly bytes: number
}

/**
 * Bytes a day from its first to its last size, points oldest first. What was truncated, rewritten, made anew or emptied
 * begins again there: it is no shrinking that goes on. Null when less than a day is known.
 */
export function growthPerDay(points: readonly SizeAt[]): number | null {
  const last = points.at(-1)
  let first = last
  for (const [before, after] of pairs(points).toReversed()) {
    if (before.file !== after.file || after.bytes < before.bytes * emptiedRatio) break
    first = before
  }
  if (first === undefined || last === undefined) return null
  const spanMs = last.at.getTime() - first.at.getTime()
  return spanMs < leastSpanMs ? null : ((last.bytes - first.bytes) / spanMs) * dayMs
}

function pairs<T>(all: readonly T[]): (readonly [T, T])[] {
  return all.slice(1).flatMap((after, at) => {
    const before = all[at]
    return before === undefined ? [] : [[before, after] as const]
  })
}
