import { nextDate } from '../config/schedule.ts'

/** A routine that missed its time by less than this is merely late. */
export const lateMs = 60_000

export interface Scheduled {
  readonly name: string
  /** As written in the config. */
  readonly at: string
  /** What becomes of a time that was missed, because Vigie was down: done once, late, or told and left out. */
  readonly missed: 'once' | 'skip'
  /** When it last began, whatever began it; undefined: never. */
  readonly lastStartAt: Date | undefined
}

export type DueRoutine =
  | { readonly name: string; readonly what: 'run'; readonly dueAt: Date; readonly isLate: boolean }
  | { readonly name: string; readonly what: 'missed'; readonly dueAt: Date }

/**
 * What is due of a system's routines. However many times were missed, it is done once. A routine that never ran is first
 * due after `since`, when the watch began to know it. A clock that steps back brings nothing a second time: the next time
 * is counted from the last start.
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
  return routines.flatMap(({ name, at, missed, lastStartAt }): DueRoutine[] => {
    const from = latest([lastStartAt ?? since, told.get(name)])
    const dueAt = nextDate(at, timezone, from)
    if (dueAt === undefined || dueAt > now) return []
    const isLate = now.getTime() - dueAt.getTime() > lateMs
    if (!isLate || missed === 'once') return [{ name, what: 'run', dueAt, isLate }]
    const last = lastBefore(at, timezone, dueAt, now)
    // The time that is now is no missed one, whatever was missed before it.
    const isNow = now.getTime() - last.getTime() <= lateMs
    return [isNow ? { name, what: 'run', dueAt: last, isLate: false } : { name, what: 'missed', dueAt: last }]
  })
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
