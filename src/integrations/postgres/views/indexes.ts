import type { StepContext } from '../../../core/context.ts'
import type { CheckOptions, DatabaseIndex, Seen } from '../../../core/database.ts'
import { quoted } from '../identifier.ts'
import { missingIndexDdl, nameForIndex } from '../indexes/foreign-keys.ts'
import { type Advised, indexAdvice } from '../indexes/index-advice.ts'
import { indexDefinitions } from '../indexes/index-definitions.ts'
import { keyOf } from '../indexes/index-usage.ts'
import type { PostgresOptions } from '../options.ts'
import { couldNotAsk, reachRemedy } from '../texts.ts'

/** Every index with what the checks advise, and those that are missing. */
export async function indexesView(
  options: PostgresOptions,
  ctx: StepContext,
  checks: CheckOptions,
): Promise<Seen<DatabaseIndex>> {
  const component = { name: '', system: '', options }
  const advice = await indexAdvice(component, checks, ctx)
  const refuse = ({ refusal: why, detail }: { refusal: string; detail: string }): Seen<never> => ({
    ok: false,
    reason: couldNotAsk({ why, detail }),
    remedy: reachRemedy({ why }),
  })
  if (!advice.ok) return 'refused' in advice ? refuse(advice.refused) : advice
  const definitions = await indexDefinitions(component, ctx)
  if (!definitions.ok) return refuse(definitions)
  const there = advice.indexes.map((one): DatabaseIndex => {
    const { index, writesPerDay } = one
    const { schema, table, name, bytes, scans } = index
    const ddl = toFollow(one) ?? definitions.ddl.get(keyOf(schema, name)) ?? ''
    return { schema, table, name, proposedName: null, bytes, scans, advice: one.advice, ddl, writesPerDay }
  })
  const missing = advice.missing.map(
    (one): DatabaseIndex => ({
      ...{ schema: one.schema, table: one.table, name: '', proposedName: nameForIndex(one.table, one.columns) },
      ...{ bytes: 0, scans: 0, advice: 'missing-foreign-key', ddl: missingIndexDdl(one), writesPerDay: null },
    }),
  )
  return { ok: true, rows: [...there, ...missing], notes: advice.notes }
}

/** The statement that follows the advice; undefined when there is none, or when one statement is not enough. */
function toFollow({ index, advice }: Advised): string | undefined {
  const name = quoted(index.schema, index.name)
  if (advice === null || (advice === 'invalid' && index.isPartitioned)) return undefined
  if (index.isNeeded) return `REINDEX INDEX CONCURRENTLY ${name};`
  return `DROP INDEX ${index.isPartitioned ? '' : 'CONCURRENTLY '}${name};`
}
