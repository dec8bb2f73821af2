import { nextDate } from '../config/schedule.ts'

const dayMs = 86_400_000

/**
 * When a step is due after it was last done (or first heard of), and whether it is overdue. A quarter of the time between
 * is left as grace, a day at most, so that a routine that runs a little late is not yet called overdue.
 */
export function dueOf(
  last: Date,
  now: Date,
  rhythm: { readonly at?: string | undefined; readonly timezone: string; readonly everyMs?: number | undefined },
): { readonly dueAt: Date; readonly overdueMs: number } | undefined {
  const dueAt =
    rhythm.everyMs !== undefined
      ? new Date(last.getTime() + rhythm.everyMs)
      : rhythm.at === undefined
        ? undefined
        : nextDate(rhythm.at, rhythm.timezone, last)
  if (dueAt === undefined) return undefined
  const graceMs = Math.min(dayMs, (dueAt.getTime() - last.getTime()) / 4)
  const lateMs = now.getTime() - dueAt.getTime()
  return { dueAt, overdueMs: lateMs > graceMs ? lateMs : 0 }
}
