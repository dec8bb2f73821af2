import * as z from 'zod'
import { severities } from '../../core/words.ts'
import { time } from './parts.ts'

export const heartbeatsOutput = z.strictObject({
  heartbeats: z.array(
    z.strictObject({
      system: z.string(),
      name: z.string(),
      status: z.enum(['up', 'late', 'missing', 'failed', 'started-too-long', 'new']),
      severity: z.enum(severities),
      graceMs: z.number(),
      everyMs: z.number().nullable(),
      at: z.string().nullable(),
      timezone: z.string().nullable(),
      dueAt: time.nullable(),
      /** Since when it is an alarm. */
      since: time.nullable(),
      lastPingAt: time.nullable(),
      lastStartAt: time.nullable(),
      lastSuccessAt: time.nullable(),
      lastDurationMs: z.number().nullable(),
      lastExitCode: z.number().nullable(),
      lastRunId: z.string().nullable(),
      /** The key is masked unless it was asked for; null when the key is not set. */
      pingUrl: z.string().nullable(),
    }),
  ),
})
