import { Cron } from 'croner'
import * as z from 'zod'
import type { Cadence } from '../core/words.ts'

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const time =
  /^(?:(?<day>mon|tue|wed|thu|fri|sat|sun)\s+|(?<date>[1-9]|[12]\d|3[01])\s+)?(?<hour>[01]?\d|2[0-3]):(?<minute>[0-5]\d)$/i

/** When the recommended routines are due unless the config says otherwise. */
export const defaultSchedules: Readonly<Record<Cadence, string>> = {
  daily: '07:30',
  weekly: 'mon 06:00',
  monthly: '1 06:00',
  quarterly: '0 6 1 1,4,7,10 *',
}

/** `07:30` (daily), `mon 06:00` (weekly), `1 06:00` (monthly) or five cron fields, as a cron expression; undefined when it is none. */
export function cronOf(at: string): string | undefined {
  const plain = time.exec(at.trim())?.groups
  if (plain !== undefined) {
    const { day, date, hour, minute } = plain
    return `${Number(minute)} ${Number(hour)} ${date ?? '*'} * ${day === undefined ? '*' : days.indexOf(day.toLowerCase())}`
  }
  if (at.trim().split(/\s+/).length !== 5) return undefined
  try {
    return new Cron(at, { paused: true }).nextRun() === null ? undefined : at.trim()
  } catch {
    return undefined
  }
}

export const scheduleSchema = z.string().refine((at) => cronOf(at) !== undefined, {
  message:
    'not a time: write "07:30" (every day), "mon 06:00" (every week), "1 06:00" (every month) or five cron fields',
})

/** The first date after `from`, in the time zone; daylight-saving changes neither skip nor double one. */
export function nextDate(at: string, timezone: string, from: Date): Date | undefined {
  const cron = cronOf(at)
  return cron === undefined ? undefined : (new Cron(cron, { timezone, paused: true }).nextRun(from) ?? undefined)
}
