import { nextDate } from '../config/schedule.ts'

const hourMs = 3_600_000
/** A daily backup, which the guides ask for, and two hours for its work. */
const dailyMs = 26 * hourMs
const workMs = 2 * hourMs
/** Enough to see the longest pause of a rhythm: weekends, months without a 31st. */
const datesSeen = 100
const spanSeenMs = 400 * 24 * hourMs

/** As many as the configs have schedules. */
const known = new Map<string, number>()

/**
 * How old the last good backup may be: as the config says, or the longest time from one due date to the next and two hours
 * for the work. In UTC, where no day has 25 hours; the two hours cover that one.
 */
export function ageLimit({
  at,
  maxAge,
}: {
  readonly at?: string | undefined
  readonly maxAge?: number | undefined
}): number {
  if (maxAge !== undefined) return maxAge
  if (at === undefined) return dailyMs
  const limit = known.get(at) ?? longestPause(at) + workMs
  known.set(at, limit)
  return limit
}

function longestPause(at: string): number {
  const begin = new Date(Date.UTC(2026, 0, 1))
  let longest = 0
  let last = nextDate(at, 'UTC', begin)
  for (let count = 0; last !== undefined && count < datesSeen; count++) {
    const next = nextDate(at, 'UTC', last)
    if (next === undefined) break
    longest = Math.max(longest, next.getTime() - last.getTime())
    if (next.getTime() - begin.getTime() > spanSeenMs) break
    last = next
  }
  return longest === 0 ? dailyMs - workMs : longest
}
