import * as z from 'zod'
import { backupFailures } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import type { Text } from '../../core/message.ts'
import type { Inspected } from '../inspect-backup.ts'

/** The name of the snapshot that holds what the last look at the backups of an entry saw. */
export const verifiedSnapshot = 'backups-verified'
/** Kept of each kind of answers for each backup: what failed comes first, and is counted whole. */
const mostKept = 1000

const textSchema = z.custom<Text>(
  (value) => typeof value === 'object' && value !== null && 'code' in value && 'params' in value,
)
const verificationSchema = z.object({
  backup: z.string(),
  wasRead: z.boolean(),
  isLocked: z.boolean(),
  problem: z.object({ code: z.enum(backupFailures), text: textSchema }).nullable(),
  answers: z.array(
    z.object({
      component: z.string(),
      name: z.string(),
      status: z.enum(['pass', 'fail']),
      expected: z.string(),
      actual: z.string(),
      failure: z.enum(backupFailures).nullable(),
      isOfSource: z.boolean(),
    }),
  ),
  counts: z.object({ pass: z.number(), fail: z.number() }),
  notes: z.array(z.object({ component: z.string(), text: textSchema })),
})
/** What a look at one backup saw. */
export type Verification = z.output<typeof verificationSchema>

const verifiedSchema = z.object({ run: z.string(), verifications: z.array(verificationSchema) })

/** Keeps what was seen, for who wants to read more of it than a verdict. */
export async function keepVerified(inspected: readonly Inspected[], ctx: StepContext): Promise<void> {
  await ctx.snapshots.keep(verifiedSnapshot, { run: ctx.runId, verifications: inspected.map(verificationOf) })
}

/** What a run kept; undefined when the snapshot is of another one. */
export function verifiedIn(snapshot: unknown, run: string): readonly Verification[] | undefined {
  const read = verifiedSchema.safeParse(snapshot)
  return read.success && read.data.run === run ? read.data.verifications : undefined
}

function verificationOf({ id, problem, wasRead, isLocked, answers, notes }: Inspected): Verification {
  const told = answers.map(({ component, name, status, expected, actual, failure, isOfSource }) => ({
    ...{ component, name, status, expected, actual },
    ...{ failure: status === 'fail' ? (failure ?? 'assertion') : null, isOfSource: isOfSource === true },
  }))
  const [failed, passed] = [
    told.filter(({ status }) => status === 'fail'),
    told.filter(({ status }) => status === 'pass'),
  ]
  return {
    ...{ backup: id, wasRead, isLocked, problem: problem ?? null },
    answers: [...failed.slice(0, mostKept), ...passed.slice(0, mostKept)],
    counts: { pass: passed.length, fail: failed.length },
    notes: notes.map(({ component, text }) => ({ component, text })),
  }
}
