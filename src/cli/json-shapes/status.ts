import * as z from 'zod'
import { cadences, criticalities, runStatuses, severities, stepStatuses } from '../../core/words.ts'
import { time } from './parts.ts'

/** What the watch saw last. Nothing in it is of now when `state` is not `watching`, nor what is `isOld`. */
export const watchShape = z.strictObject({
  state: z.enum(['watching', 'stopped', 'silent', 'never']),
  startedAt: time.nullable(),
  /** Its last sign of life. */
  seenAt: time.nullable(),
  host: z.string().nullable(),
  components: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['well', 'warns', 'fails', 'unknown']),
      checks: z.number(),
      oldestAt: time.nullable(),
      newestAt: time.nullable(),
      /** That fire. */
      alerts: z.number(),
    }),
  ),
  looks: z.array(
    z.strictObject({
      step: z.string(),
      component: z.string(),
      status: z.string().nullable(),
      summary: z.string().nullable(),
      at: time.nullable(),
      everyMs: z.number(),
      isOld: z.boolean(),
    }),
  ),
  alerts: z.array(
    z.strictObject({
      id: z.string(),
      component: z.string(),
      rule: z.string(),
      severity: z.enum(severities),
      firedAt: time,
    }),
  ),
})

export const statusOutput = z.strictObject({
  systems: z.array(
    z.strictObject({
      name: z.string(),
      state: z.enum(['healthy', 'degraded', 'down', 'unknown']),
      findings: z.strictObject({ low: z.number(), medium: z.number(), high: z.number(), critical: z.number() }),
      overdue: z.number(),
      watch: watchShape,
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
