import * as z from 'zod'
import { quoted } from '../identifier.ts'

/** NAMEDATALEN - 1 */
const name = z.string().min(1).max(63)
const order = { order: z.enum(['asc', 'desc']).optional(), nulls: z.enum(['first', 'last']).optional() }
/** `text_pattern_ops`, `gin_trgm_ops`, ...: one of the search path. */
const operatorClass = name.optional()

const keySchema = z.union([
  name,
  z.strictObject({ column: name, operatorClass, ...order }),
  z.strictObject({ expression: z.string().min(1).max(10_000), operatorClass, ...order }),
])

/** An index that the team declares. Names are exact: `Orders` is not `orders`. */
export const indexSpecSchema = z.strictObject({
  schema: name.default('public'),
  table: name,
  /** Columns, or `{ expression: 'lower(email)' }`, in the order of the index. PostgreSQL takes 32. */
  columns: z.array(keySchema).min(1).max(32),
  include: z.array(name).max(31).default([]),
  /** Of a partial index: which rows are in it. */
  where: z.string().min(1).max(10_000).optional(),
  unique: z.boolean().default(false),
  method: z.enum(['btree', 'hash', 'gin', 'gist', 'spgist', 'brin']).default('btree'),
})
export type IndexSpec = z.output<typeof indexSpecSchema>

/** What makes an index, as far as its name and its table do not say it. */
export interface Making {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly isUnique: boolean
  /** From `USING` on, as SQL. */
  readonly tail: string
  /** '' is the default one. */
  readonly tablespace: string
}

export function makingOf(indexName: string, { schema, table, unique, ...spec }: IndexSpec): Making {
  return { schema, table, name: indexName, isUnique: unique, tail: tailOf(spec), tablespace: '' }
}

/** What must be a valid expression over the table, and nothing but one. */
export function expressionsOf({ columns, where }: IndexSpec): {
  readonly keys: readonly string[]
  readonly where: string | undefined
} {
  return {
    keys: columns.flatMap((key) => (typeof key === 'object' && 'expression' in key ? [key.expression] : [])),
    where,
  }
}

/** The columns that must be there. */
export function columnsOf({ columns, include }: IndexSpec): readonly string[] {
  const keys = columns.flatMap((key) => (typeof key === 'string' ? [key] : 'column' in key ? [key.column] : []))
  return [...keys, ...include]
}

export function statementOf(
  { schema, table, name: indexName, isUnique, tail }: Making,
  how: 'concurrently' | 'only' | 'plain',
): string {
  const words = [
    'CREATE',
    ...(isUnique ? ['UNIQUE'] : []),
    'INDEX',
    ...(how === 'concurrently' ? ['CONCURRENTLY'] : []),
  ]
  return `${words.join(' ')} ${quoted(indexName)} ON ${how === 'only' ? 'ONLY ' : ''}${quoted(schema, table)} ${tail}`
}

function tailOf({
  columns,
  include,
  where,
  method,
}: Pick<IndexSpec, 'columns' | 'include' | 'where' | 'method'>): string {
  const keys = columns.map((key) => {
    if (typeof key === 'string') return quoted(key)
    // A comment at the end of an expression ends at the line.
    const what = 'column' in key ? quoted(key.column) : `(${key.expression}\n)`
    return [
      what,
      ...(key.operatorClass === undefined ? [] : [quoted(key.operatorClass)]),
      ...(key.order === undefined ? [] : [key.order.toUpperCase()]),
      ...(key.nulls === undefined ? [] : [`NULLS ${key.nulls.toUpperCase()}`]),
    ].join(' ')
  })
  const more = [
    ...(include.length === 0 ? [] : [`INCLUDE (${include.map((one) => quoted(one)).join(', ')})`]),
    ...(where === undefined ? [] : [`WHERE (${where}\n)`]),
  ]
  return [`USING ${method} (${keys.join(', ')})`, ...more].join(' ')
}
