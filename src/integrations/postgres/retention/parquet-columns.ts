import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import type { Subject } from './subject.ts'

/** How a column stands in the files. */
export type FileColumn = {
  readonly name: string
  /** As PostgreSQL calls it. */
  readonly type: string
  /** As DuckDB calls it. */
  readonly fileType: string
  /** Parquet has no such type: the text that PostgreSQL gives. */
  readonly isText: boolean
  /** Its value as text, from the table. */
  readonly toText: string
}

const sameTypes: Readonly<Record<string, string>> = {
  int2: 'SMALLINT',
  int4: 'INTEGER',
  int8: 'BIGINT',
  bool: 'BOOLEAN',
  float4: 'FLOAT',
  float8: 'DOUBLE',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  // The time in UTC: Parquet's own mark for that is not read alike everywhere.
  timestamptz: 'TIMESTAMP',
  uuid: 'UUID',
  text: 'VARCHAR',
  varchar: 'VARCHAR',
  bpchar: 'VARCHAR',
}

/** Decimal digits that Parquet readers hold exactly. */
const mostDigits = 38

/** Before 15 the scale has 16 bits and no sign, later 11 with one: of what Parquet can hold both read alike. */
const sql = `
  select a.attname as name, t.typname as base,
         case when t.typname = 'numeric' and a.atttypmod >= 4 then ((a.atttypmod - 4) >> 16) & 65535 end as digits,
         case when t.typname = 'numeric' and a.atttypmod >= 4 then (a.atttypmod - 4) & 2047 end as scale
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum`

type Typed = {
  readonly name: string
  readonly base: string
  readonly digits: number | null
  readonly scale: number | null
}

/** The columns of a table as files hold them; those of `asText` as texts in any case. */
export async function fileColumns(
  session: Acting,
  subject: Subject,
  asText: readonly string[],
): Promise<readonly FileColumn[]> {
  const { rows } = await session.query<Typed>(sql, [subject.oid])
  return subject.columns.map(({ name, type }) => {
    const typed = rows.find((row) => row.name === name)
    const fileType = asText.includes(name) ? undefined : fileTypeOf(typed)
    const isUtc = typed?.base === 'timestamptz' && fileType !== undefined
    const toText = isUtc ? `(${quoted(name)} at time zone 'UTC')::text` : `${quoted(name)}::text`
    return { name, type, fileType: fileType ?? 'VARCHAR', isText: fileType === undefined, toText }
  })
}

/** The value of a column of the files, given as `value`, in the type of the table. */
export function fromText({ type, isText, fileType, toText }: FileColumn, value: string): string {
  const isUtc = !isText && fileType === 'TIMESTAMP' && toText.includes(' at time zone ')
  return isUtc ? `(${value}::timestamp at time zone 'UTC')::${type}` : `${value}::${type}`
}

function fileTypeOf(typed: Typed | undefined): string | undefined {
  if (typed === undefined) return undefined
  const { base, digits, scale } = typed
  if (digits !== null && scale !== null && digits <= mostDigits && scale <= digits)
    return `DECIMAL(${digits}, ${scale})`
  return sameTypes[base]
}
