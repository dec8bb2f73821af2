import * as z from 'zod'

/** What statements did within the span that the notes tell, in the order that was asked for. Times in milliseconds. */
export const dbQueriesOutput = z.strictObject({
  queries: z.array(
    z.strictObject({
      id: z.string(),
      user: z.string(),
      statement: z.string(),
      calls: z.number(),
      totalMs: z.number(),
      meanMs: z.number(),
      rows: z.number(),
      timeShare: z.number(),
      cacheHitRatio: z.number().nullable(),
      tempBytes: z.number(),
      meanMsWeekBefore: z.number().nullable(),
      isRepeated: z.boolean(),
      meansMs: z.array(z.number()),
    }),
  ),
  notes: z.array(z.string()),
})

/** Of `--explain`: the plan as PostgreSQL writes it. */
export const dbQueriesExplainOutput = z.strictObject({
  plan: z.strictObject({ id: z.string(), lines: z.array(z.string()) }),
})
