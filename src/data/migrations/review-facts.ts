import type { StepContext } from '../../core/context.ts'
import type { DatabaseTable } from '../../core/database.ts'
import { VigieError } from '../../core/errors.ts'
import { noSuchDatabase } from './texts.ts'
import type { Workplace } from './tools.ts'

/** Bytes of a table, by `table` or `schema.table`; undefined: not known. */
export type TableBytes = (name: string) => number | undefined

/**
 * How large the tables are, when the config names the component of the database and that can be asked; else nothing is
 * known, and every table is taken as large. Throws `usage` when the named component is no database.
 */
export async function tableBytesOf({ site }: Workplace, ctx: StepContext): Promise<TableBytes> {
  const name = site.options.database
  if (name === undefined) return () => undefined
  const neighbour = ctx.component(name)
  if (neighbour?.abilities.database === undefined) throw new VigieError('usage', noSuchDatabase({ name }))
  const seen = await neighbour.abilities.database.tables?.(neighbour.ctx)
  return bytesOf(seen?.ok === true ? seen.rows : [])
}

/** A name without a schema may be any table of that name: the largest counts. */
export function bytesOf(
  tables: readonly Pick<DatabaseTable, 'schema' | 'table' | 'tableBytes' | 'indexBytes' | 'toastBytes'>[],
): TableBytes {
  const known = new Map<string, number>()
  for (const { schema, table, tableBytes, indexBytes, toastBytes } of tables) {
    const bytes = tableBytes + indexBytes + toastBytes
    for (const name of [table, `${schema}.${table}`]) known.set(name, Math.max(bytes, known.get(name) ?? 0))
  }
  return (name) => known.get(name)
}
