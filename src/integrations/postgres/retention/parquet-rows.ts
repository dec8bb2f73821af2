import type { TextColumns } from '../../../platform/parquet-process.ts'
import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import { type FileColumn, fromText } from './parquet-columns.ts'
import { operatorOf, type Subject } from './subject.ts'

/** The table's rows that are, value for value, those of a file: what is deleted was held before the table's own text of it. */
function sameRows(subject: Subject, columns: readonly FileColumn[]): string {
  const value = (index: number): string => `held.c${index}`
  const conditions = columns.map((column, index) => {
    const given = fromText(column, value(index))
    const key = subject.key.find(({ name }) => name === column.name)
    return key !== undefined
      ? `t.${quoted(column.name)} ${operatorOf(key, '=')} ${given}`
      : `t.${quoted(column.name)}::text is not distinct from (${given})::text`
  })
  return conditions.join(' and ')
}

function heldRows(columns: readonly FileColumn[]): string {
  const lists = columns.map((_, index) => `$${index + 1}::text[]`).join(', ')
  return `unnest(${lists}) as held (${columns.map((_, index) => `c${index}`).join(', ')})`
}

/** Deletes the rows that are unchanged in what was read back from files; gives how many these were. */
export async function deleteHeld(
  session: Acting,
  subject: Subject,
  columns: readonly FileColumn[],
  values: TextColumns,
): Promise<number> {
  const { count } = await session.query(
    `delete from ${subject.sql} t using ${heldRows(columns)} where ${sameRows(subject, columns)}`,
    values,
  )
  return count
}

/** How many rows of the table have the key of one of a file, whatever else stands in them now. */
export async function countKeys(
  session: Acting,
  subject: Subject,
  columns: readonly FileColumn[],
  values: TextColumns,
): Promise<number> {
  const keys = columns.filter(({ name }) => subject.key.some((key) => key.name === name))
  const given = values.filter((_, index) => keys.some(({ name }) => name === columns[index]?.name))
  const { rows } = await session.query<{ count: number }>(
    `select count(*)::float8 as count from ${subject.sql} t, ${heldRows(keys)} where ${sameRows(subject, keys)}`,
    given,
  )
  return rows[0]?.count ?? 0
}

/** How many rows of a file stand unchanged in the table. */
export async function countHeld(
  session: Acting,
  subject: Subject,
  columns: readonly FileColumn[],
  values: TextColumns,
): Promise<number> {
  const { rows } = await session.query<{ count: number }>(
    `select count(*)::float8 as count from ${subject.sql} t, ${heldRows(columns)} where ${sameRows(subject, columns)}`,
    values,
  )
  return rows[0]?.count ?? 0
}
