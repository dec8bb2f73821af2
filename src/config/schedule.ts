import { Cron } from 'croner'
import * as z from 'zod'
import type { Cadence } from '../core/words.ts'
import { zonedTime } from '../core/zoned.ts'
import { notASchedule } from './schema-texts.ts'

/** A plain time: every day, on a day of the week (1 is Monday) or on a day of the month. */
interface PlainTime {
  readonly weekday?: number
  readonly dayOfMonth?: number
  readonly hour: number
  readonly minute: number
}

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const written =
  /^(?:(?<day>mon|tue|wed|thu|fri|sat|sun)\s+|(?<date>[1-9]|[12]\d|3[01])\s+)?(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)$/i

/** When the recommended routines are due unless the config says otherwise. */
export const defaultSchedules: Readonly<Record<Cadence, string>> = {
  daily: '07:30',
  weekly: 'mon 06:00',
  monthly: '1 06:00',
  quarterly: '0 6 1 1,4,7,10 *',
}

const forms = '"07:30" (every day), "mon 06:00" (every week), "1 06:00" (every month) or five cron fields'

/** A day that a month has not is left out in it, as cron does: a routine for the end of the month says so by `L`. */
export const scheduleSchema = z
  .string()
  .refine(isSchedule, notASchedule.code)
  .meta({
    description: `when it is due: ${forms}. A month without the day is left out: "31 06:00" is due in seven months of the year; the last day of every month is "0 6 L * *"`,
  })

export function isSchedule(at: string): boolean {
  return plainTimeOf(at) !== undefined || cronOf(at, 'UTC')?.nextRun() != null
}

/**
 * The first date after `from`, in the time zone; daylight-saving changes neither skip nor double one. A time that the
 * clocks skip is due as long after midnight as on other days.
 */
export function nextDate(at: string, timezone: string, from: Date): Date | undefined {
  const plain = plainTimeOf(at)
  return plain === undefined ? (cronOf(at, timezone)?.nextRun(from) ?? undefined) : nextPlain(plain, timezone, from)
}

function plainTimeOf(at: string): PlainTime | undefined {
  const { day, date, hour, minute } = written.exec(at.trim())?.groups ?? {}
  if (hour === undefined || minute === undefined) return undefined
  return {
    ...(day !== undefined && { weekday: weekdays.indexOf(day.toLowerCase()) + 1 }),
    ...(date !== undefined && { dayOfMonth: Number(date) }),
    hour: Number(hour),
    minute: Number(minute),
  }
}

function nextPlain({ weekday, dayOfMonth, hour, minute }: PlainTime, timezone: string, from: Date): Date | undefined {
  const today = zonedTime(from, timezone).toPlainDate()
  // A 31st is at most 62 days away.
  for (let days = 0; days <= 62; days++) {
    const day = today.add({ days })
    const isDue =
      (weekday === undefined || day.dayOfWeek === weekday) && (dayOfMonth === undefined || day.day === dayOfMonth)
    if (!isDue) continue
    const at = day.toZonedDateTime({ timeZone: timezone, plainTime: { hour, minute } }).epochMilliseconds
    if (at > from.getTime()) return new Date(at)
  }
  return undefined
}

/** Made once: every step of a routine asks for the same. As many as the configs have schedules. */
const crons = new Map<string, Cron>()

function cronOf(at: string, timezone: string): Cron | undefined {
  if (at.trim().split(/\s+/).length !== 5) return undefined
  const key = `${timezone} ${at}`
  try {
    const cron = crons.get(key) ?? new Cron(at.trim(), { timezone, paused: true })
    crons.set(key, cron)
    return cron
  } catch {
    return undefined
  }
}
