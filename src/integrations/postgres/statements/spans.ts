const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A picture needs no more, and each costs a read of thousands of rows. */
const maxSteps = 24

/** After two days one look a day is kept: the nearest is within half a day, and one more may have failed. */
const toleranceMs = 1.5 * dayMs

/** The looks that a span of `sinceMs` until now goes over, oldest first: from the one nearest to its beginning. */
export function looksSince(times: readonly Date[], now: Date, sinceMs: number): readonly Date[] {
  const sorted = inOrder(times).filter((time) => time < now)
  const base = nearest(sorted, now.getTime() - sinceMs)
  return base === undefined ? [] : thinnedTo(sorted.filter((time) => time >= base))
}

/**
 * The looks over a span like that one, a week before, oldest first: two at least. Empty when there were none near it, or
 * only such as are much further apart.
 */
export function looksWeekBefore(times: readonly Date[], now: Date, sinceMs: number): readonly Date[] {
  const sorted = inOrder(times)
  const wanted = now.getTime() - 7 * dayMs
  const end = nearest(sorted, wanted)
  if (end === undefined || Math.abs(end.getTime() - wanted) > toleranceMs) return []
  const earlier = sorted.filter((time) => time < end)
  const begin = nearest(earlier, end.getTime() - sinceMs)
  if (begin === undefined) return []
  const spanMs = end.getTime() - begin.getTime()
  if (spanMs < sinceMs / 2 || spanMs > 2 * sinceMs + toleranceMs) return []
  return thinnedTo(sorted.filter((time) => time >= begin && time <= end))
}

/** How far back looks are needed for both. */
export function neededMs(sinceMs: number): number {
  return 7 * dayMs + 3 * sinceMs + 2 * toleranceMs
}

function inOrder(times: readonly Date[]): readonly Date[] {
  return times.toSorted((a, b) => a.getTime() - b.getTime())
}

function nearest(sorted: readonly Date[], wanted: number): Date | undefined {
  const distance = (time: Date): number => Math.abs(time.getTime() - wanted)
  return sorted.reduce<Date | undefined>(
    (best, time) => (best === undefined || distance(time) < distance(best) ? time : best),
    undefined,
  )
}

/** The first, the last and evenly many between them. */
function thinnedTo(times: readonly Date[]): readonly Date[] {
  if (times.length <= maxSteps) return times
  const picked = Array.from({ length: maxSteps }, (_, at) => Math.round((at * (times.length - 1)) / (maxSteps - 1)))
  return picked.flatMap((at) => times[at] ?? [])
}
