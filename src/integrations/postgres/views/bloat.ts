import type { StepContext } from '../../../core/context.ts'
import type { DatabaseBloat, Seen } from '../../../core/database.ts'
import type { Unjudged } from '../bloat/estimate.ts'
import { isJudged, lookForBloat } from '../bloat/look.ts'
import { relationLimit } from '../bloat/relations.ts'
import { notJudgedTexts, onlyLargest, precision } from '../bloat/texts.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noTablesSeen, nothingCounted, onlyOnPrimary } from '../texts.ts'
import { unseen } from './unseen.ts'

/** Below it nothing is to gain that anybody would notice. */
const leastBytes = 1_000_000

/** A person waits. */
const limits = { count: 20, bytes: 1_000_000_000, timeMs: 10_000 }

/** How much of the larger tables and indexes would be free after a rewrite, where most is to gain first. */
export async function bloatView(options: PostgresOptions, ctx: StepContext): Promise<Seen<DatabaseBloat>> {
  const component = { name: '', system: '', options }
  const { answer, tables, measuring, isCut } = await lookForBloat(component, { leastBytes, measure: limits }, ctx)
  if (!answer.ok) return unseen(blind(answer))
  if (answer.isStandby) return unseen(onlyOnPrimary())
  if (!answer.isCounting) return unseen(nothingCounted())
  if (tables === 0) return unseen(noTablesSeen())
  const judged = answer.rows.filter(isJudged)
  const unknown = notJudgedTexts(answer.rows.filter((one): one is Unjudged => !isJudged(one)))
  const [first] = unknown
  if (judged.length === 0 && first !== undefined) return { ok: false, reason: first.text, remedy: first.remedy }
  return {
    ok: true,
    rows: judged.map(({ schema, table, index, isToast, bytes, bloatBytes, isExact }) => ({
      ...{ schema, table, index, isToast, bytes, bloatBytes, isExact },
      bloatRatio: bytes === 0 ? 0 : bloatBytes / bytes,
    })),
    notes: [
      ...(judged.some(({ isExact }) => !isExact) ? [precision(measuring)] : []),
      ...unknown.flatMap(({ text, remedy }) => [text, remedy]),
      ...(isCut ? [onlyLargest({ limit: relationLimit })] : []),
    ],
  }
}
