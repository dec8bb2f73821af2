import { type MaintenanceWindow, openingAt } from '../config/maintenance-window.ts'
import { nextDate } from '../config/schedule.ts'

/** A routine that missed its time by less than this is merely late. */
export const lateMs = 60_000

export interface Scheduled {
  readonly name: string
  /** As written in the config. */
  readonly at: string
  /** What becomes of a time that was missed, because Vigie was down: done once, late, or told and left out. */
  readonly missed: 'once' | 'skip'
  /** It begins only while this is open. */
  readonly window?: MaintenanceWindow | undefined
  /** It begins up to `mostMs` after its time, and always by this share (0 up to 1) of it. */
  readonly jitter?: { readonly mostMs: number; readonly share: number }
  /** When it last began, whatever began it; undefined: never. */
  readonly lastStartAt: Date | undefined
}

export type DueRoutine =
  | { readonly name: string; readonly what: 'run'; readonly dueAt: Date; readonly isLate: boolean }
  | { readonly name: string; readonly what: 'missed'; readonly dueAt: Date }

/**
 * What is due of a system's routines. However many times were missed, it is done once. A routine that never ran is first
 * due after `since`, when the watch began to know it. A clock that steps back brings nothing a second time: the next time
 * is counted from the last start. What waits for a window has missed its time when that is shut: it is done when it opens,
 * or told and left out.
 *
 * @param told times that were told as missed already, by routine
 */
export function dueRoutines(
  routines: readonly Scheduled[],
  timezone: string,
  since: Date,
  now: Date,
  told: ReadonlyMap<string, Date>,
): readonly DueRoutine[] {
  return routines.flatMap((routine): DueRoutine[] => {
    const { name, at, missed, window, lastStartAt } = routine
    const from = latest([lastStartAt ?? since, told.get(name)])
    const firstAt = nextDate(at, timezone, from)
    if (firstAt === undefined) return []
    const waitMs = waitOf(routine, timezone, firstAt)
    // As if it were later, everywhere: what is late counts from when it was to begin.
    const seen = new Date(now.getTime() - waitMs)
    if (firstAt > seen) return []
    const isShut = window !== undefined && openingAt(window, timezone, now) === undefined
    const isLate = seen.getTime() - firstAt.getTime() > lateMs
    if (missed === 'once') return isShut ? [] : [{ name, what: 'run', dueAt: firstAt, isLate }]
    const last = isLate ? lastBefore(at, timezone, firstAt, seen) : firstAt
    // The time that is now is no missed one, whatever was missed before it.
    const isNow = seen.getTime() - last.getTime() <= lateMs
    if (isNow) return isShut ? [] : [{ name, what: 'run', dueAt: last, isLate: false }]
    return [{ name, what: 'missed', dueAt: last }]
  })
}

/** How long after its time it begins: a quarter of the time to the next one at most, so that none takes that one's place. */
function waitOf({ at, jitter }: Scheduled, timezone: string, dueAt: Date): number {
  if (jitter === undefined || jitter.mostMs === 0) return 0
  const gapMs = (nextDate(at, timezone, dueAt)?.getTime() ?? Number.POSITIVE_INFINITY) - dueAt.getTime()
  return Math.floor(jitter.share * Math.min(jitter.mostMs, gapMs / 4))
}

function latest(dates: readonly (Date | undefined)[]): Date {
  return new Date(Math.max(...dates.map((date) => date?.getTime() ?? Number.NEGATIVE_INFINITY)))
}

/** A routine every minute that was away for a month has missed 43,200 times: more are not counted. */
const mostMissed = 100_000

function lastBefore(at: string, timezone: string, from: Date, now: Date): Date {
  let last = from
  for (let count = 0; count < mostMissed; count++) {
    const next = nextDate(at, timezone, last)
    if (next === undefined || next > now) break
    last = next
  }
  return last
}
