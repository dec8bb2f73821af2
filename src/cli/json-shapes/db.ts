import * as z from 'zod'

/** Who holds up others first, each followed by those that wait for it. */
export const dbActivityOutput = z.strictObject({
  sessions: z.array(
    z.strictObject({
      pid: z.number(),
      user: z.string(),
      application: z.string(),
      state: z.string(),
      statement: z.string(),
      statementMs: z.number().nullable(),
      stateMs: z.number().nullable(),
      waitMs: z.number().nullable(),
      blockers: z.array(z.number()),
      isHidden: z.boolean(),
      holdsUp: z.number(),
    }),
  ),
})
