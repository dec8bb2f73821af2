import * as z from 'zod'
import { criticalities, effects, runStatuses, stepStatuses } from '../../core/words.ts'
import { findingShape } from './findings.ts'
import { time } from './parts.ts'

export const runShape = z.strictObject({
  id: z.string(),
  system: z.string(),
  routine: z.string(),
  status: z.enum(runStatuses),
  startedAt: time,
  durationMs: z.number().nullable(),
  dryRun: z.boolean(),
  plan: z.string().nullable(),
  startedBy: z.string(),
})

export const stepShape = z.strictObject({
  id: z.string(),
  component: z.string(),
  kind: z.string(),
  status: z.enum(stepStatuses),
  summary: z.string(),
  remedy: z.string().nullable(),
  durationMs: z.number().nullable(),
  attempts: z.number(),
  effect: z.enum(effects),
  criticality: z.enum(criticalities),
  measurements: z.record(z.string(), z.number()),
  findings: z.array(z.string()),
  actions: z.array(
    z.strictObject({
      summary: z.string(),
      effect: z.enum(effects),
      target: z.string(),
      bytes: z.number().nullable(),
      status: z.enum(['planned', 'done', 'unchanged', 'skipped', 'failed', 'unknown']),
      /** What came of it: figures before and after, why it was left out. */
      note: z.string().nullable(),
      /** What was noticed on the way, and is no failure: of a backup, what was left out, and numbers far from the usual. */
      notes: z.array(
        z.strictObject({ about: z.string(), code: z.string(), message: z.string(), isWarning: z.boolean() }),
      ),
    }),
  ),
})

export const runOutput = z.strictObject({
  run: runShape,
  steps: z.array(stepShape),
  findings: z.array(findingShape),
})

export const runsOutput = z.strictObject({ runs: z.array(runShape) })

export const evidenceShape = z.strictObject({
  step: z.string(),
  attempt: z.number(),
  what: z.string(),
  exitCode: z.number().nullable(),
  output: z.string().nullable(),
  durationMs: z.number().nullable(),
})

export const runDetailOutput = runOutput.extend({ evidence: z.array(evidenceShape) })
