import type { Burn } from '../expression/ast.ts'
import { baseValue } from '../expression/units.ts'
import type { Moment } from '../moment.ts'
import { type CounterGroup, counterGroups, shareOver } from './counter-groups.ts'
import { both, type Look } from './look.ts'
import { eachOf, type Subjects } from './subject.ts'

export const burnPaces = ['fast', 'slow'] as const
export type BurnPace = (typeof burnPaces)[number]

/**
 * Google SRE workbook, chapter 5, table 5-8: 2 % of a 30-day budget in an hour, 5 % in six hours. The short window, a
 * twelfth of the long one, ends the alert soon after the errors end.
 */
export const burnWindows: Readonly<Record<BurnPace, { factor: number; longMs: number; shortMs: number }>> = {
  fast: { factor: 14.4, longMs: 3_600_000, shortMs: 300_000 },
  slow: { factor: 6, longMs: 21_600_000, shortMs: 1_800_000 },
}

/** How many times too fast the budget is spent, over both windows. */
export function burnSubjects({ slo, bad, total, by }: Burn, pace: BurnPace): Subjects {
  const { factor, longMs, shortMs } = burnWindows[pace]
  const budget = 1 - baseValue(slo, 'ratio')
  const groups = counterGroups(bad, total, by, longMs)
  const lookOver = (group: CounterGroup, windowMs: number, now: Moment): Look => {
    const { value: share } = shareOver(group, windowMs, now)
    const value = share === undefined ? undefined : share / budget
    return { verdict: value === undefined ? 'unknown' : value > factor ? 'breach' : 'clear', value, since: undefined }
  }
  return eachOf(groups, (group) => ({
    labels: group.labels,
    look: (now) => both(lookOver(group, longMs, now), lookOver(group, shortMs, now)),
  }))
}
