export interface FoundStatement {
  readonly sql: string
  /** BEGIN, COMMIT, ROLLBACK and the like; savepoints are none. */
  readonly isTransaction: boolean
}

export type FoundStatements =
  | { readonly ok: true; readonly statements: readonly FoundStatement[] }
  | { readonly ok: false; readonly detail: string }

const inner = new Set(['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO'])

/** The statements of a text one by one, by the parser of PostgreSQL, which counts in bytes. */
export async function statementsIn(sql: string): Promise<FoundStatements> {
  if (sql.trim() === '') return { ok: true, statements: [] }
  const { loadModule, parseSync } = await import('libpg-query')
  await loadModule()
  try {
    const bytes = Buffer.from(sql)
    const statements = (parseSync(sql).stmts ?? []).map(({ stmt, stmt_location: from = 0, stmt_len: length = 0 }) => ({
      sql: bytes
        .subarray(from, length === 0 ? undefined : from + length)
        .toString()
        .trim(),
      isTransaction: stmt !== undefined && 'TransactionStmt' in stmt && !inner.has(stmt.TransactionStmt.kind ?? ''),
    }))
    return { ok: true, statements }
  } catch (error) {
    return { ok: false, detail: (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '' }
  }
}
