import * as z from 'zod'
import { durationSchema } from '../../core/duration.ts'
import { message } from '../../core/message.ts'
import { noTime } from '../../core/refusals.ts'

const dayMs = 86_400_000
const unfinishedMs = 7 * dayMs

const notARule = message('backups.not-a-keep', {
  en: () =>
    'does not say what to keep: write a duration ("30d"), or { last: 7 }, { for: "30d", days: 7, weeks: 5, months: 12, years: 2 }',
  fr: () =>
    'ne dit pas ce qu\'il faut garder : écrivez une durée ("30d"), ou { last: 7 }, { for: "30d", days: 7, weeks: 5, months: 12, years: 2 }',
})
export const keepSchemaTexts = [notARule]

const count = z.number().int().min(1).max(10_000)

const rulesSchema = z
  .strictObject({
    /** All that were made in so long a time before the newest one. */
    for: durationSchema.refine((ms) => ms > 0, noTime.code).optional(),
    /** The newest so many. */
    last: count.optional(),
    /** The newest of each of so many days, weeks (from Monday), months and years in which there is one. */
    days: count.optional(),
    weeks: count.optional(),
    months: count.optional(),
    years: count.optional(),
    /** Those that failed, and partial ones after which a whole one came: long enough for somebody to look into it. */
    unfinished: durationSchema.default(unfinishedMs),
  })
  .refine(({ unfinished: _, ...rules }) => Object.values(rules).some((rule) => rule !== undefined), notARule.code)

/**
 * How long backups are kept: each rule keeps what it names, and what none keeps may go. A month, as the guides keep them.
 * A duration is read as milliseconds.
 */
export const keepSchema = z
  .union([durationSchema.refine((ms) => ms > 0, notARule.code), rulesSchema], notARule.code)
  .prefault('30d')
  .meta({ description: 'a duration ("30d"), or rules: for, last, days, weeks, months, years, unfinished' })
export type KeepPolicy = z.output<typeof rulesSchema>

export function keepPolicy(keep: z.output<typeof keepSchema>): KeepPolicy {
  return typeof keep === 'number' ? { for: keep, unfinished: unfinishedMs } : keep
}
