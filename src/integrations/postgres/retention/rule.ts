import * as z from 'zod'
import { durationSchema } from '../../../core/duration.ts'
import { keyTooLarge, noTime, notARuleName, tooShortKept } from '../../../core/refusals.ts'

const dayMs = 86_400_000

/** A table as it is called, letter for letter: `user_sessions`, `public.user_sessions`, or in two parts when it has a dot. */
const tableSchema = z.union([z.string().min(1), z.strictObject({ schema: z.string().min(1), name: z.string().min(1) })])
export type WrittenTable = z.output<typeof tableSchema>

/** A condition in SQL over the columns of the table; the server proves that it is one before anything is done. */
const predicateSchema = z.string().min(1).max(10_000)

/** A larger whole number is another one by the time that it gets here, and would hold another row. */
const heldNumberSchema = z
  .number()
  .refine((key) => !Number.isInteger(key) || Number.isSafeInteger(key), keyTooLarge.code)

export const retentionRuleSchema = z.strictObject({
  table: tableSchema,
  /** A column of date, timestamp (read as UTC) or timestamp with time zone. Rows without a time stay. */
  age: z.string().min(1),
  /** Rows whose age lies more than this before the beginning of today (UTC) go. */
  keep: durationSchema.refine((ms) => ms >= dayMs, tooShortKept.code),
  action: z.union([
    z.literal('delete'),
    z.strictObject({ archive: tableSchema }),
    z.strictObject({
      /** A folder, relative to the config file; each rule has one of its own in it. */
      parquet: z.string().min(1),
      /** Columns that the files hold as the text of PostgreSQL, beside those of types that Parquet does not have. */
      asText: z.array(z.string().min(1)).default([]),
    }),
  ]),
  /** Only rows of which this is true. */
  where: predicateSchema.optional(),
  /** Legal hold: rows of which this is not false, or rows with these keys, never go. */
  hold: z.union([predicateSchema, z.array(z.union([z.string(), heldNumberSchema])).min(1)]).optional(),
  /**
   * Rows at once, at most. PostgreSQL has no figure of its own; what others feel is the time of a batch, and a batch that
   * takes longer than 10 ms makes the next ones smaller.
   */
  batch: z.number().int().min(1).max(100_000).default(5000),
  /**
   * Rest after a batch, as a multiple of the time that it took: what gh-ost calls --nice-ratio. With 50 they take a
   * fiftieth of one core at most, so that one request in a hundred hardly feels them.
   */
  pause: z.number().min(0).max(100).default(50),
  /** After it no batch is begun; the next run goes on. */
  timeLimit: durationSchema.refine((ms) => ms > 0, noTime.code).default(3_000_000),
})
export type RetentionRule = z.output<typeof retentionRuleSchema>

/** It stands in names of folders and on the command line. */
export const retentionRulesSchema = z.record(
  z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_-]{0,99}$/, notARuleName.code),
  retentionRuleSchema,
)

export function schemaAndName(written: WrittenTable): { readonly schema: string | undefined; readonly name: string } {
  if (typeof written !== 'string') return written
  const dot = written.indexOf('.')
  return dot < 1
    ? { schema: undefined, name: written }
    : { schema: written.slice(0, dot), name: written.slice(dot + 1) }
}

/** The beginning of the day (UTC) before which rows go, as `2026-05-01`. */
export function cutOffDay(now: Date, keepMs: number): string {
  return new Date(now.getTime() - keepMs).toISOString().slice(0, 10)
}
