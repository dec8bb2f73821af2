import type { StepContext } from '../../core/context.ts'
import type { Text } from '../../core/message.ts'
import { reviewSql } from './review/review-sql.ts'
import type { Warning } from './review/warning.ts'
import type { TableBytes } from './review-facts.ts'
import type { Workplace } from './tools.ts'

/** What there is to say of a migration before it runs. SQL that cannot be had is told as such: never as safe. */
export async function reviewPending(
  place: Workplace,
  id: string,
  tableBytes: TableBytes,
  ctx: StepContext,
): Promise<readonly Warning[]> {
  const { tool, site } = place
  const found = await tool.pendingSql(site, id, ctx)
  const notTold = (why: Text): Warning => ({ code: 'not-told', table: '', bytes: null, ...detailOf(why) })
  if (!found.ok) return [notTold(found.reason)]
  const { options } = site
  const hasLockTimeout = 'lockTimeout' in options && Number(options.lockTimeout) > 0
  const warnings = await reviewSql(found.sql, {
    tableBytes,
    hasLockTimeout,
    isInTransaction: found.isInTransaction ?? false,
  })
  return found.beyond === undefined ? warnings : [...warnings, notTold(found.beyond)]
}

function detailOf({ code, params }: Text): { detail: string } {
  const { detail } = params
  return { detail: typeof detail === 'string' ? detail : code }
}
