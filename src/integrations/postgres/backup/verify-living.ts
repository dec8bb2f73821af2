import type { Text } from '../../../core/message.ts'
import { codeOf } from '../connection/connection.ts'
import { quoted, systemSchemas } from '../identifier.ts'
import type { CopySession } from './session.ts'
import { goneWhole, notAsked, sampledRows } from './verify-texts.ts'

/** A look at a database that works: it may take so long for one table, and wait so long for a lock. */
const statementLimitMs = 5000
const lockLimitMs = 2000
/** Tables named in one note. */
const namedTables = 10
/** Fewer that are gone say nothing of their table. */
const fewRows = 10

/** As pg_dump sets them, so that values are written alike. */
const settings = [
  `set statement_timeout = ${statementLimitMs}`,
  `set lock_timeout = ${lockLimitMs}`,
  'set default_transaction_read_only = on',
  "set datestyle = 'ISO'",
  "set intervalstyle = 'postgres'",
  'set extra_float_digits = 3',
]

/** A table that can be asked for single rows. A type: it is a row. */
export type KeyedTable = { readonly schema: string; readonly name: string; readonly key: readonly string[] }

/** What a table, or its rows, may answer that is no fault of the copy: it was altered, dropped, locked, or is another's. */
const expectedCodes = [
  ...['42P01', '3F000', '42703', '42883', '42725', '42501', '57014', '55P03', '40001', '40P01'],
  ...['22P02', '22003', '22007', '22008', '22023', '42804', '42846', '42883', '0A000', '25006'],
]

// A key that a concurrent build has left invalid is none.
const keyedSql = `
  select n.nspname::text as schema, c.relname::text as name, array_agg(a.attname::text order by k.place) as key
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace,
       unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
       join pg_attribute a on a.attnum = k.attnum
  where a.attrelid = i.indrelid and i.indisprimary and i.indisvalid and c.relkind = 'r' and k.place <= i.indnkeyatts
    and n.nspname not in ${systemSchemas} and has_table_privilege(c.oid, 'SELECT') and has_schema_privilege(n.oid, 'USAGE')
  group by n.nspname, c.relname`

export async function beLightGuest(session: CopySession): Promise<void> {
  for (const one of settings) await session.query(one)
}

/** Tables of the living database with a primary key that the role may read. */
export async function keyedTables(session: CopySession): Promise<readonly KeyedTable[]> {
  return session.query<KeyedTable>(keyedSql)
}

/** Rows of a dump, of one table. */
export interface SampledTable extends KeyedTable {
  readonly columns: readonly string[]
  /** In the order of the columns. */
  readonly rows: readonly (readonly (string | null)[])[]
}

/** Asks the living database for sampled rows by their keys. That rows have changed is life, and only told. */
export async function compareRows(session: CopySession, sampled: readonly SampledTable[]): Promise<readonly Text[]> {
  const sums = { rows: 0, same: 0, changed: 0, gone: 0, tables: 0 }
  const [emptied, unasked]: [string[], string[]] = [[], []]
  for (const table of sampled) {
    const name = `${table.schema}.${table.name}`
    const found = await rowsNow(session, table)
    if (found === undefined) {
      unasked.push(name)
      continue
    }
    const { same, changed } = found
    const gone = table.rows.length - same - changed
    sums.tables++
    sums.rows += table.rows.length
    sums.same += same
    sums.changed += changed
    sums.gone += gone
    if (gone === table.rows.length && gone >= fewRows && (await hasRows(session, table))) emptied.push(name)
  }
  return [
    ...(sums.tables > 0 ? [sampledRows(sums)] : []),
    ...(emptied.length > 0 ? [goneWhole({ tables: named(emptied), count: emptied.length })] : []),
    ...(unasked.length > 0 ? [notAsked({ tables: named(unasked), count: unasked.length })] : []),
  ]
}

/** Undefined when the table cannot be asked. */
async function rowsNow(
  session: CopySession,
  { schema, name, key, columns, rows }: SampledTable,
): Promise<{ readonly same: number; readonly changed: number } | undefined> {
  const places = key.map((column) => columns.indexOf(column))
  if (places.includes(-1)) return undefined
  const keyOf = (row: readonly (string | null)[]): string => JSON.stringify(places.map((place) => row[place] ?? null))
  // As their type writes them, whatever that is: a cast to text writes some in another way.
  const values = columns.map(
    (column) => `case when ${quoted(column)} is not null then format('%s', ${quoted(column)}) end`,
  )
  const wanted = rows.map((_, row) => `(${key.map((_, at) => `$${row * key.length + at + 1}`).join(', ')})`)
  const sql = `select array[${values.join(', ')}]::text[] as row from only ${quoted(schema, name)}
    where (${key.map((column) => quoted(column)).join(', ')}) in (${wanted.join(', ')})`
  const asked = rows.flatMap((row) => places.map((place) => row[place] ?? null))
  const found = await tried(session, sql, asked)
  if (found === undefined) return undefined
  const now = new Map(found.map(({ row }) => [keyOf(row), JSON.stringify(row)]))
  const there = rows.filter((row) => now.has(keyOf(row)))
  const same = there.filter((row) => now.get(keyOf(row)) === JSON.stringify(row)).length
  return { same, changed: there.length - same }
}

async function hasRows(session: CopySession, { schema, name }: SampledTable): Promise<boolean> {
  const found = await tried(session, `select array['']::text[] as row from only ${quoted(schema, name)} limit 1`, [])
  return found !== undefined && found.length > 0
}

async function tried(
  session: CopySession,
  sql: string,
  values: readonly unknown[],
): Promise<readonly { readonly row: readonly (string | null)[] }[] | undefined> {
  try {
    return await session.query<{ row: readonly (string | null)[] }>(sql, values, expectedCodes)
  } catch (error) {
    if (expectedCodes.includes(codeOf(error))) return undefined
    throw error
  }
}

function named(tables: readonly string[]): readonly string[] {
  return tables.length > namedTables ? [...tables.slice(0, namedTables), '…'] : tables
}
