import * as z from 'zod'
import { cadences, criticalities, runStatuses, stepStatuses } from '../../core/words.ts'
import { time } from './parts.ts'

export const statusOutput = z.strictObject({
  systems: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['healthy', 'degraded', 'down', 'unknown']),
      findings: z.strictObject({ low: z.number(), medium: z.number(), high: z.number(), critical: z.number() }),
      overdue: z.number(),
      routines: z.array(
        z.strictObject({
          name: z.string(),
          at: z.string().nullable(),
          nextAt: time.nullable(),
          lastRun: z.strictObject({ id: z.string(), status: z.enum(runStatuses), startedAt: time }).nullable(),
        }),
      ),
      steps: z.array(
        z.strictObject({
          id: z.string(),
          routine: z.string(),
          frequency: z.union([z.enum(cadences), z.string()]),
          criticality: z.enum(criticalities),
          lastStatus: z.enum(stepStatuses).nullable(),
          lastAt: time.nullable(),
          nextAt: time.nullable(),
          isOverdue: z.boolean(),
        }),
      ),
    }),
  ),
})
