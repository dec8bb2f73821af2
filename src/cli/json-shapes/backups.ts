import * as z from 'zod'
import { backupFailures } from '../../core/backup.ts'
import { time } from './parts.ts'
import { runOutput } from './runs.ts'

export const backupShape = z.strictObject({
  id: z.string(),
  entry: z.string(),
  run: z.string(),
  place: z.string(),
  startedAt: time,
  finishedAt: time.nullable(),
  status: z.enum(['running', 'succeeded', 'partial', 'failed']),
  parts: z.array(
    z.strictObject({
      component: z.string(),
      name: z.string(),
      status: z.enum(['succeeded', 'failed']),
      bytes: z.number(),
      storedBytes: z.number(),
      /** What a reader of it must know: what was left out, why it is stored whole. */
      notes: z.array(z.strictObject({ code: z.string(), message: z.string() })),
      /** Why it failed. */
      failure: z.string().nullable(),
    }),
  ),
  base: z.string().nullable(),
  provedAt: time.nullable(),
  removedAt: time.nullable(),
})

export const backupsListOutput = z.strictObject({ backups: z.array(backupShape) })

export const drillShape = z.strictObject({
  backup: z.string(),
  status: z.enum(['passed', 'failed']),
  startedAt: time,
  finishedAt: time,
  rtoMs: z.number().nullable(),
  rpoMs: z.number().nullable(),
  assertions: z.array(
    z.strictObject({ name: z.string(), status: z.enum(['pass', 'fail']), expected: z.string(), actual: z.string() }),
  ),
  failure: z.strictObject({ code: z.enum(backupFailures), message: z.string() }).nullable(),
})

export const verificationShape = z.strictObject({
  backup: z.string(),
  /** `unread`: its objects are there with their sizes, and when it is encrypted for others with their bytes too. */
  status: z.enum(['pass', 'fail', 'unread']),
  /** The key of what was asked for is not on this machine. */
  isEncrypted: z.boolean(),
  /** What its components compared, up to 1,000 of each status: what failed comes first. */
  answers: z.array(
    z.strictObject({
      component: z.string(),
      name: z.string(),
      status: z.enum(['pass', 'fail']),
      expected: z.string(),
      actual: z.string(),
      failure: z.enum(backupFailures).nullable(),
      /** About the living: the copy is right, and what it was made of is not what it looks like. */
      isOfSource: z.boolean(),
    }),
  ),
  counts: z.strictObject({ pass: z.number(), fail: z.number() }),
  notes: z.array(z.strictObject({ component: z.string(), code: z.string(), message: z.string() })),
  failure: z.strictObject({ code: z.enum(backupFailures), message: z.string() }).nullable(),
})

/** What was seen of each backup, and the run that it was seen in. */
export const backupsVerifyOutput = runOutput.extend({ verifications: z.array(verificationShape) })

/** The drill, and the run that it was made in; null when it could not begin. */
export const backupsDrillOutput = runOutput.extend({ drill: drillShape.nullable() })
