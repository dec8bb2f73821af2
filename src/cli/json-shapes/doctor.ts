import * as z from 'zod'

export const doctorOutput = z.strictObject({
  checks: z.array(
    z.strictObject({
      name: z.string(),
      status: z.enum(['pass', 'warn', 'fail', 'error']),
      summary: z.string(),
      remedy: z.string().nullable(),
    }),
  ),
})
