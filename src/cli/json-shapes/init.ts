import * as z from 'zod'

export const initOutput = z.strictObject({
  init: z.strictObject({
    file: z.string(),
    components: z.array(z.string()),
    found: z.array(z.string()),
    /** Recognised files from which nothing could be taken, with the line of the mistake. */
    unread: z.array(z.strictObject({ file: z.string(), line: z.number().nullable() })),
  }),
})
