import type { RawStmt } from 'libpg-query'
import { newestSyntax } from './newest-syntax.ts'
import { ruleOf } from './rules.ts'
import type { ScriptState, Told } from './script-state.ts'
import { tellStatement } from './statements.ts'
import type { Warning } from './warning.ts'

/** What the review knows of the database; what it does not know it takes for the worst. */
export interface ReviewFacts {
  /** Bytes of a table with its indexes, by `table` or `schema.table`; undefined: not known. */
  tableBytes(name: string): number | undefined
  /** Such as 150004. */
  readonly serverVersion?: number | undefined
  /** The tool runs each migration in one transaction, whatever its SQL says. */
  readonly isInTransaction?: boolean
  /** The session that runs it has a limit on how long it waits for a lock. */
  readonly hasLockTimeout?: boolean
}

export const nothingKnown: ReviewFacts = { tableBytes: () => undefined }

/** Up to here a table is read, or written anew, in well under a second on any disk of today: 64 MiB at 100 MB/s. */
const smallBytes = 64 * 1024 ** 2

/**
 * What the statements of a migration lock, rewrite or lose, by the parser of PostgreSQL 18. What cannot be parsed, and what
 * no rule knows, is `not-told`: it is never called safe. An empty list says that no rule has anything against it.
 */
export async function reviewSql(sql: string, facts: ReviewFacts): Promise<readonly Warning[]> {
  // The parser calls an empty text a mistake.
  if (sql.trim() === '') return []
  const { loadModule, parseSync } = await import('libpg-query')
  await loadModule()
  let statements: readonly RawStmt[]
  try {
    statements = parseSync(sql).stmts ?? []
  } catch (error) {
    const detail = (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? ''
    return [{ code: 'not-told', table: '', bytes: null, detail }]
  }
  const state: ScriptState = {
    isInTransaction: facts.isInTransaction ?? false,
    hasLockTimeout: facts.hasLockTimeout ?? false,
    made: new Set(),
    notNullChecks: new Map(),
    validated: new Set(),
    alters: new Map(),
  }
  let needsTimeout: string | undefined
  const told = statements.flatMap(({ stmt }): Told[] => {
    if (stmt === undefined) return []
    const found = [...newestSyntax(stmt, facts.serverVersion), ...tellStatement(stmt, state)]
    const locking = 'AlterTableStmt' in stmt ? state.alters.size > 0 : 'IndexStmt' in stmt || 'DropStmt' in stmt
    if ((locking || found.length > 0) && !state.hasLockTimeout && !isNewTable(stmt, state)) needsTimeout ??= ''
    return found
  })
  const several = [...state.alters].flatMap(([table, count]): Told[] =>
    count > 1 ? [{ code: 'several-alters', table }] : [],
  )
  const untimed: Told[] = needsTimeout === undefined ? [] : [{ code: 'no-lock-timeout', table: '' }]
  return unique([...told, ...several, ...untimed].map((one) => sized(one, facts)).filter(isWorthTelling))
}

/** Whether what it would do cannot be taken back, or cannot be told. */
export function destroys(warnings: readonly Warning[]): boolean {
  return warnings.some(({ code }) => ruleOf(code).destroys === true)
}

function sized({ code, table, detail }: Told, { tableBytes }: ReviewFacts): Warning {
  const bytes = table === '' ? null : (tableBytes(table) ?? null)
  return { code, table, bytes, ...(detail !== undefined && detail !== '' && { detail }) }
}

function isWorthTelling({ code, bytes }: Warning): boolean {
  return ruleOf(code).growsWithTable !== true || bytes === null || bytes > smallBytes
}

function unique(warnings: readonly Warning[]): readonly Warning[] {
  return [...new Map(warnings.map((one) => [JSON.stringify(one), one])).values()]
}

function isNewTable(stmt: NonNullable<RawStmt['stmt']>, { made }: ScriptState): boolean {
  const relation =
    'AlterTableStmt' in stmt ? stmt.AlterTableStmt.relation : 'IndexStmt' in stmt ? stmt.IndexStmt.relation : undefined
  if (relation === undefined) return false
  const { schemaname, relname = '' } = relation
  return made.has(schemaname === undefined ? relname : `${schemaname}.${relname}`)
}
