import * as z from 'zod'
import { params } from './parts.ts'

/** Those with an advice first, the largest first. The gain is of those that could go: unused, duplicate, overlapping, invalid. */
export const dbIndexesOutput = z.strictObject({
  indexes: z.array(
    z.strictObject({
      schema: z.string(),
      table: z.string(),
      name: z.string(),
      proposedName: z.string().nullable(),
      bytes: z.number(),
      scans: z.number(),
      advice: z.enum(['unused', 'duplicate', 'overlapping', 'invalid', 'missing-foreign-key']).nullable(),
      ddl: z.string(),
      writesPerDay: z.number().nullable(),
    }),
  ),
  gain: z.strictObject({ bytes: z.number(), writesPerDay: z.number() }),
  notes: z.array(z.strictObject({ code: z.string(), params, text: z.string() })),
})
