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

/** The drill, and the run that it was made in; null when it could not begin. */
export const backupsDrillOutput = runOutput.extend({ drill: drillShape.nullable() })
