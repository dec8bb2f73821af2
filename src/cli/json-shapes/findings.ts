import * as z from 'zod'
import { findingStates, severities } from '../../core/words.ts'
import { params, time } from './parts.ts'

export const findingShape = z.strictObject({
  fingerprint: z.string(),
  system: z.string(),
  severity: z.enum(severities),
  code: z.string(),
  params,
  title: z.string(),
  component: z.string(),
  step: z.string(),
  subject: z.string(),
  remedy: z.string().nullable(),
  state: z.enum(findingStates),
  owner: z.string().nullable(),
  dueAt: time.nullable(),
  acceptedUntil: time.nullable(),
  firstSeen: time,
  lastSeen: time,
  timesSeen: z.number(),
})

export const findingsOutput = z.strictObject({ findings: z.array(findingShape) })

export const findingOutput = z.strictObject({
  finding: findingShape,
  events: z.array(
    z.strictObject({
      at: time,
      event: z.string(),
      run: z.string().nullable(),
      actor: z.string().nullable(),
      detail: params,
    }),
  ),
})
