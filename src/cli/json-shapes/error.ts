import * as z from 'zod'

export const errorOutput = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    problems: z
      .array(
        z.strictObject({
          path: z.string(),
          message: z.string(),
          hint: z.string().nullable(),
          line: z.number().nullable(),
          column: z.number().nullable(),
        }),
      )
      .optional(),
  }),
})
