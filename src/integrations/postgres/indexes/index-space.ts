import type { Reader } from '../connection/reader.ts'
import type { TableSeen } from './index-relations.ts'

/** An index tuple's header and its line pointer, rounded up to 8 bytes with its columns ("Database Page Layout"). */
const tupleHeader = 8
const linePointer = 4
const alignment = 8
/** B-tree pages are filled so far (default fillfactor); what a page itself needs is within it. */
const fill = 0.9
/** Of an expression, or of a column without statistics. */
const unknownWidth = 32

const widthSql = `
  select attname::text as name, avg_width::float8 as width from pg_stats
  where schemaname = $1 and tablename = $2 and attname = any($3::text[])`

/** Bytes that an index on these columns will have, about; undefined when the table was never analyzed. */
export async function estimatedBytes(
  read: Reader,
  place: { readonly schema: string; readonly table: string },
  { rows }: TableSeen,
  columns: readonly string[],
  expressions: number,
): Promise<number | undefined> {
  if (rows < 0) return undefined
  const widths = await read<{ name: string; width: number }>(widthSql, [place.schema, place.table, columns])
  const known = new Map(widths.map(({ name, width }) => [name, width]))
  const width = columns.reduce((sum, name) => sum + (known.get(name) ?? unknownWidth), expressions * unknownWidth)
  const tuple = linePointer + tupleHeader + Math.ceil(width / alignment) * alignment
  return (rows * tuple) / fill
}
