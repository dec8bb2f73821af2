import { nextDate } from './schedule.ts'

/** A time that comes again and again, in which things are taken down on purpose. */
export interface MaintenanceWindow {
  readonly name: string
  /** When it opens, as written: `sun 02:00`, five cron fields. */
  readonly at: string
  /** How long it stays open, in milliseconds that pass: a night on which the clocks change makes it no longer or shorter. */
  readonly forMs: number
  /** What it covers; undefined: the whole system. */
  readonly components: readonly string[] | undefined
}

/** One time that a window is open: from its start, up to its end and without it. */
export interface Opening {
  readonly startsAt: Date
  readonly endsAt: Date
}

type Times = Pick<MaintenanceWindow, 'at' | 'forMs'>

/** The windows of a config, in the order of the file. */
export function windowsOf({
  windows,
}: {
  readonly windows: Readonly<Record<string, { at: string; for: number; components?: string[] | undefined }>>
}): readonly MaintenanceWindow[] {
  return Object.entries(windows).map(([name, { at, for: forMs, components }]) => ({ name, at, forMs, components }))
}

/** The opening that holds at a time; undefined while the window is shut. Of two that meet, the later one. */
export function openingAt({ at, forMs }: Times, timezone: string, now: Date): Opening | undefined {
  let startsAt: Date | undefined
  let next = nextDate(at, timezone, new Date(now.getTime() - forMs))
  for (let count = 0; next !== undefined && next <= now && count < mostMeeting; count++) {
    startsAt = next
    next = nextDate(at, timezone, next)
  }
  return startsAt && openingFrom(startsAt, forMs)
}

/** The first opening that begins after a time. */
export function nextOpening({ at, forMs }: Times, timezone: string, after: Date): Opening | undefined {
  const startsAt = nextDate(at, timezone, after)
  return startsAt && openingFrom(startsAt, forMs)
}

/** Whether an opening begins before the one before it has ended, within about a year: such a window is hardly ever shut. */
export function doesMeetItself({ at, forMs }: Times, timezone: string, from: Date): boolean {
  let last = nextDate(at, timezone, from)
  for (let count = 0; last !== undefined && count < openingsOfAYear; count++) {
    const next = nextDate(at, timezone, last)
    if (next !== undefined && next.getTime() - last.getTime() <= forMs) return true
    last = next
  }
  return false
}

const openingsOfAYear = 370
/** Windows that meet are refused in a config; this bounds the look for whoever makes one otherwise. */
const mostMeeting = 10_000

function openingFrom(startsAt: Date, forMs: number): Opening {
  return { startsAt, endsAt: new Date(startsAt.getTime() + forMs) }
}
