import { zonedTime } from '../../core/zoned.ts'

export const periods = ['days', 'weeks', 'months', 'years'] as const
export type Period = (typeof periods)[number]

/** The day, the week of ISO 8601, the month or the year of a time, as the clocks of the time zone show it. */
export function periodOf(at: Date, period: Period, timeZone: string): string {
  const zoned = zonedTime(at, timeZone)
  if (period === 'days') return zoned.toPlainDate().toString()
  if (period === 'weeks') return `${zoned.yearOfWeek}-W${zoned.weekOfYear}`
  return period === 'months' ? zoned.toPlainDate().toPlainYearMonth().toString() : `${zoned.year}`
}
