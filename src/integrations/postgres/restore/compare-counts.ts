import { BackupError } from '../../../core/backup.ts'
import type { Acting } from '../acting/acting.ts'
import type { PostgresFacts } from '../backup/facts.ts'
import { quoted } from '../identifier.ts'
import { countsDiffer, countsDifferRemedy } from './database-texts.ts'
import { type Loaded, tableKey } from './restore-in-parts.ts'

export interface Counted {
  readonly tables: number
  readonly rows: number
  /** Tables that were not counted when the backup was made. */
  readonly uncounted: number
}

/**
 * Compares the rows of each table in the copy: as the server said when it took them into a table that was made for them, or by
 * counting. Throws `table-empty` or `assertion` at the first that differs.
 */
export async function compareCounts(
  side: Acting,
  { tables }: PostgresFacts,
  database: string,
  loaded: Loaded,
): Promise<Counted> {
  let [rows, uncounted] = [0, 0]
  await side.query('set row_security = off')
  for (const { schema, name, rows: expected } of tables) {
    const actual =
      expected === null ? undefined : (loaded.get(tableKey(schema, name)) ?? (await count(side, schema, name)))
    if (actual === undefined && (await isThere(side, schema, name))) uncounted += 1
    else if (actual !== undefined && actual === expected) rows += actual
    else {
      const text = countsDiffer({
        ...{ database, table: `${schema}.${name}`, expected: expected ?? 0, actual: actual ?? 0 },
      })
      const failure = actual === 0 && (expected ?? 0) > 0 ? 'table-empty' : 'assertion'
      throw new BackupError(failure, text, { hint: countsDifferRemedy({}) })
    }
  }
  return { tables: tables.length, rows, uncounted }
}

async function count(side: Acting, schema: string, name: string): Promise<number> {
  const sql = `select count(*)::text as actual from only ${quoted(schema, name)}`
  return Number((await side.query<{ actual: string }>(sql)).rows[0]?.actual)
}

async function isThere(side: Acting, schema: string, name: string): Promise<boolean> {
  return (await side.query('select 1 where to_regclass($1) is not null', [quoted(schema, name)])).rows.length > 0
}
