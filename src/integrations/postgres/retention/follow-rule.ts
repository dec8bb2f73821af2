import type { StepContext } from '../../../core/context.ts'
import type { Acting } from '../acting.ts'
import type { PostgresOptions } from '../options.ts'
import type { RetentionLook } from './look.ts'
import { moveBatch } from './move-batch.ts'
import type { RetentionRule } from './rule.ts'
import { type Progress, runBatches } from './run-batches.ts'

/** Lets the rows go that a look found: batch by batch into the archive, or for good. */
export async function followRule(
  session: Acting,
  { subject, condition, archive }: RetentionLook,
  rule: RetentionRule,
  options: PostgresOptions,
  ctx: StepContext,
): Promise<Progress> {
  if (archive !== undefined && archive.ddl.length > 0)
    await session.transaction(async () => {
      for (const statement of archive.ddl) await session.query(statement)
    })
  return runBatches(session, subject, rule, options, ctx, (after, limit) =>
    moveBatch(session, subject, condition, { after, limit, archive }),
  )
}
