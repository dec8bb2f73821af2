import * as z from 'zod'
import { params, time } from './parts.ts'

export const auditListOutput = z.strictObject({
  entries: z.array(
    z.strictObject({
      seq: z.number(),
      at: time,
      actor: z.string(),
      event: z.string(),
      subject: params,
      hash: z.string(),
    }),
  ),
})

export const auditVerifyOutput = z.strictObject({
  audit: z.strictObject({
    status: z.enum(['sound', 'broken']),
    entries: z.number(),
    head: z.strictObject({ seq: z.number(), hash: z.string() }).nullable(),
    problems: z.array(z.strictObject({ seq: z.number().nullable(), code: z.string(), message: z.string() })),
    unknownOutcomes: z.array(z.strictObject({ seq: z.number(), step: z.string(), target: z.string() })),
  }),
})
