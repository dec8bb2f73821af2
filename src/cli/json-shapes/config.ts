import * as z from 'zod'

export const configOutput = z.strictObject({
  values: z.array(
    z.strictObject({
      path: z.string(),
      value: z.unknown(),
      source: z.enum(['file', 'default', 'environment', 'secret-file', 'recommended']),
      detail: z.string().nullable(),
      line: z.number().nullable(),
      column: z.number().nullable(),
    }),
  ),
})
