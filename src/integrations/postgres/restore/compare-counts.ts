import { BackupError } from '../../../core/backup.ts'
import type { Acting } from '../acting/acting.ts'
import type { PostgresFacts } from '../backup/facts.ts'
import { quoted } from '../identifier.ts'
import { countsDiffer, countsDifferRemedy } from './database-texts.ts'

export interface Counted {
  readonly tables: number
  readonly rows: number
  /** Tables that were not counted when the backup was made. */
  readonly uncounted: number
}

/** Counts each table in the copy. Throws `table-empty` or `assertion` at the first that differs. */
export async function compareCounts(side: Acting, { tables }: PostgresFacts, database: string): Promise<Counted> {
  let [rows, uncounted] = [0, 0]
  await side.query('set row_security = off')
  for (const { schema, name, rows: expected } of tables) {
    const { rows: found } = await side.query<{ actual: string }>(
      expected === null
        ? `select '0' as actual where to_regclass($1) is not null`
        : `select count(*)::text as actual from only ${quoted(schema, name)}`,
      expected === null ? [quoted(schema, name)] : [],
    )
    const actual = Number(found[0]?.actual ?? -1)
    if (expected === null && actual === 0) uncounted += 1
    else if (actual === expected) rows += actual
    else {
      const text = countsDiffer({
        ...{ database, table: `${schema}.${name}`, expected: expected ?? 0, actual: Math.max(0, actual) },
      })
      const failure = actual === 0 && (expected ?? 0) > 0 ? 'table-empty' : 'assertion'
      throw new BackupError(failure, text, { hint: countsDifferRemedy({}) })
    }
  }
  return { tables: tables.length, rows, uncounted }
}
