import type { DatabaseAbility } from '../../core/database.ts'
import { actingTexts } from './acting/acting-texts.ts'
import { bloatTexts } from './bloat/texts.ts'
import { adviceTexts } from './indexes/index-advice.ts'
import { unusedIndexTexts } from './indexes/unused-index-texts.ts'
import type { PostgresOptions } from './options.ts'
import { replicaReadTexts } from './replicas/replica-reads.ts'
import { postgresTexts } from './texts.ts'
import { activityView } from './views/activity.ts'
import { bloatView } from './views/bloat.ts'
import { explainView, explainViewTexts } from './views/explain.ts'
import { indexesView } from './views/indexes.ts'
import { locksView } from './views/locks.ts'
import { statementsView, statementsViewTexts } from './views/statements.ts'
import { tablesView, tablesViewTexts } from './views/tables.ts'

/** What people can look at in a PostgreSQL database. */
export function postgresDatabase(options: PostgresOptions): DatabaseAbility {
  return {
    activity: (ctx) => activityView(options, ctx),
    locks: (ctx) => locksView(options, ctx),
    statements: (ctx, wanted) => statementsView(options, ctx, wanted),
    explain: (ctx, statementId) => explainView(options, ctx, statementId),
    indexes: (ctx, checks) => indexesView(options, ctx, checks),
    tables: (ctx) => tablesView(options, ctx),
    bloat: (ctx) => bloatView(options, ctx),
  }
}

export const databaseTexts = [
  ...new Set([
    ...postgresTexts,
    ...actingTexts,
    ...bloatTexts,
    ...statementsViewTexts,
    ...tablesViewTexts,
    ...explainViewTexts,
    ...adviceTexts,
    ...unusedIndexTexts,
    ...replicaReadTexts,
  ]),
]
