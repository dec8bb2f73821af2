import * as z from 'zod'
import { params, time } from './parts.ts'

export const channelShape = z.strictObject({
  system: z.string(),
  name: z.string(),
  kind: z.string(),
  fallback: z.string().nullable(),
  isProved: z.boolean(),
  provedAt: time.nullable(),
  /** The kind of message that was delivered: alerts, notice, canary or test. */
  provedBy: z.string().nullable(),
  /** Messages that are still to be delivered, and those that were given up; at most 1,000 of a system are counted. */
  waiting: z.number(),
  givenUp: z.number(),
  lastError: z.string().nullable(),
})

export const channelsListOutput = z.strictObject({ channels: z.array(channelShape) })

export const channelsTestOutput = z.strictObject({
  tests: z.array(
    z.strictObject({
      system: z.string(),
      channel: z.string(),
      message: z.string(),
      status: z.enum(['delivered', 'refused', 'unknown']),
      reason: z.strictObject({ code: z.string(), params, text: z.string() }).nullable(),
      durationMs: z.number(),
    }),
  ),
})
