import * as z from 'zod'
import { migrationStates } from '../../core/migrations.ts'

/** In the order in which they are applied. */
export const dbMigrationsOutput = z.strictObject({
  migrations: z.array(
    z.strictObject({
      component: z.string(),
      tool: z.string(),
      id: z.string(),
      name: z.string(),
      state: z.enum(migrationStates),
      appliedAt: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
  /** More than one must be merged. */
  heads: z.array(z.string()),
  /** What the tool offers to get out of a known dead end. */
  repairs: z.array(z.strictObject({ name: z.string(), migrations: z.array(z.string()), why: z.string() })),
})

/** What the review has to say of SQL that did not run yet. */
export const dbMigrationsReviewOutput = z.strictObject({
  warnings: z.array(
    z.strictObject({
      /** The migration, or the file. */
      migration: z.string(),
      code: z.string(),
      /** '' when it is the whole. */
      table: z.string(),
      bytes: z.number().nullable(),
      text: z.string(),
    }),
  ),
})
