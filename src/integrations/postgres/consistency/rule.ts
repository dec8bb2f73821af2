import * as z from 'zod'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { noTime } from '../../../core/refusals.ts'
import { severities } from '../../../core/words.ts'

const queryOrCounter = message('postgres.consistency-shape', {
  en: () => "write query with what it is to give (expect: 'none', a number, or { min, max }), or counter with source",
  fr: () =>
    "écrivez query avec ce qu'elle doit donner (expect: 'none', un nombre, ou { min, max }), ou counter avec source",
})
const notARuleName = message('postgres.consistency-name', {
  en: () => 'not the name of a rule: write letters, digits, "-" and "_", at most 60',
  fr: () => "n'est pas un nom de règle : écrivez des lettres sans accent, des chiffres, « - » et « _ », au plus 60",
})
const notADecimal = message('postgres.consistency-decimal', {
  en: () => 'not a number: write it as 42, or as "42.10" when every digit counts',
  fr: () => 'n\'est pas un nombre : écrivez-le 42, ou "42.10" quand chaque chiffre compte',
})
const noBounds = message('postgres.consistency-bounds', {
  en: () => 'write min, max or both, min not above max',
  fr: () => 'écrivez min, max ou les deux, min sans dépasser max',
})
export const ruleTexts = [queryOrCounter, notARuleName, notADecimal, noBounds]

const sqlSchema = z.string().min(1).max(20_000)
/** A text keeps all digits of a decimal number, which a number of JavaScript does not. */
const valueSchema = z.union([
  z.number(),
  z.string().regex(/^(?:none|[+-]?\d{1,100}(?:\.\d{1,100})?)$/, notADecimal.code),
])

export const consistencyRuleSchema = z
  .strictObject({
    /** One `select`; it runs in a read-only transaction. */
    query: sqlSchema.optional(),
    /** `'none'`: no row. Else one row, whose first column is this number, or lies between `min` and `max`. */
    expect: z
      .union([
        valueSchema,
        z
          .strictObject({ min: z.number().optional(), max: z.number().optional() })
          .refine(
            ({ min, max }) => (min ?? max) !== undefined && (min ?? -Infinity) <= (max ?? Infinity),
            noBounds.code,
          ),
      ])
      .optional(),
    /** Gives a key and the number that is kept for it: `select id, rides_count from users`. */
    counter: sqlSchema.optional(),
    /** Gives a key and the number that is true: `select user_id, count(*) from rides group by 1`. A key left out is 0. */
    source: sqlSchema.optional(),
    severity: z.enum(severities).default('high'),
    /** The server ends the rule after it; a comparison of two large tables may need more. */
    timeLimit: durationSchema.refine((ms) => ms > 0, noTime.code).default(60_000),
    /** Whether keys are shown under another name; without it those that look as if they told who somebody is. */
    pseudonymise: z.boolean().optional(),
  })
  .refine(
    ({ query, expect, counter, source }) =>
      query === undefined
        ? counter !== undefined && source !== undefined && expect === undefined
        : counter === undefined && source === undefined,
    queryOrCounter.code,
  )
export type ConsistencyRule = z.output<typeof consistencyRuleSchema>

/** Rules by name: the name is what a finding is about. */
export const consistencySchema = z
  .record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$/, notARuleName.code), consistencyRuleSchema)
  .default({})
