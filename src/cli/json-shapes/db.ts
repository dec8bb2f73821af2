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

/** The longest wait first; who waits for several stands there once for each. */
export const dbLocksOutput = z.strictObject({
  locks: z.array(
    z.strictObject({
      pid: z.number(),
      user: z.string(),
      application: z.string(),
      statement: z.string(),
      waitMs: z.number().nullable(),
      what: z.string(),
      object: z.string(),
      wanted: z.string(),
      blockerPid: z.number(),
      blockerUser: z.string(),
      blockerApplication: z.string(),
      blockerState: z.string(),
      blockerStatement: z.string(),
      held: z.string().nullable(),
      isHidden: z.boolean(),
    }),
  ),
})

/** Sorted as asked, as many as asked; the totals are of all that match. */
export const dbTablesOutput = z.strictObject({
  tables: z.array(
    z.strictObject({
      schema: z.string(),
      table: z.string(),
      liveTuples: z.number(),
      deadTuples: z.number(),
      deadRatio: z.number().nullable(),
      inserts: z.number(),
      updates: z.number(),
      deletes: z.number(),
      sequentialScans: z.number(),
      indexScans: z.number(),
      tableBytes: z.number(),
      indexBytes: z.number(),
      toastBytes: z.number(),
      bytesPerDay: z.number().nullable(),
      sizes: z.array(z.number()),
      deadRatios: z.array(z.number().nullable()),
      lastVacuumAt: z.string().nullable(),
      lastAnalyzeAt: z.string().nullable(),
      xidAge: z.number(),
      freezeAt: z.number(),
      isVacuumAutomatic: z.boolean(),
      vacuumAt: z.number(),
      vacuumRatio: z.number().nullable(),
    }),
  ),
  totals: z.strictObject({ tables: z.number(), bytes: z.number(), bytesPerDay: z.number().nullable() }),
})

/** Where most is to gain first; the totals are of all that were judged, and the notes say of what could not be. */
export const dbBloatOutput = z.strictObject({
  bloat: z.array(
    z.strictObject({
      schema: z.string(),
      table: z.string(),
      index: z.string().nullable(),
      isToast: z.boolean(),
      bytes: z.number(),
      bloatBytes: z.number(),
      bloatRatio: z.number(),
      isExact: z.boolean(),
    }),
  ),
  totals: z.strictObject({ bytes: z.number(), bloatBytes: z.number() }),
  notes: z.array(z.string()),
})
