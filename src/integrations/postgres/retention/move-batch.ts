import type { Acting } from '../acting.ts'
import { quoted } from '../identifier.ts'
import type { ArchiveTable } from './archive-table.ts'
import type { Condition } from './condition.ts'
import { refuseRule } from './refusal.ts'
import { checksumOf, columnList } from './row-text.ts'
import type { Subject } from './subject.ts'

/** Where the batch before ended: the values of the ordering columns as texts. */
export type Cursor = readonly string[]

export interface Batch {
  readonly count: number
  /** Undefined when no row was found. */
  readonly last: Cursor | undefined
}

/**
 * Takes the next rows in order and deletes them, into the archive when there is one: one transaction, and nothing of it
 * when count or checksum differ. Rows that somebody else works on are left for the next run.
 */
export async function moveBatch(
  session: Acting,
  subject: Subject,
  condition: Condition,
  way: { readonly after: Cursor | undefined; readonly limit: number; readonly archive: ArchiveTable | undefined },
): Promise<Batch> {
  return session.transaction(async () => {
    const { keys, last } = await takeKeys(session, subject, condition, way)
    if (keys.length === 0) return { count: 0, last: undefined }
    const values = subject.key.map((_, index) => keys.map((key) => key[index]))
    const { rows } = await session.query<Moved>(moveSql(subject, way.archive), values)
    const moved = rows[0]
    const refuse = (why: 'kept-by-trigger' | 'mismatch', detail: string): Error =>
      refuseRule({ rule: subject.rule, table: `${subject.schema}.${subject.table}`, why, detail })
    if (moved?.goneCount !== keys.length) throw refuse('kept-by-trigger', `${moved?.goneCount ?? 0} / ${keys.length}`)
    if (way.archive !== undefined && (moved.keptCount !== moved.goneCount || moved.keptSum !== moved.goneSum))
      throw refuse('mismatch', `${moved.keptCount} / ${moved.goneCount}`)
    return { count: keys.length, last }
  })
}

type Moved = {
  readonly goneCount: number
  readonly goneSum: string
  readonly keptCount: number
  readonly keptSum: string
}

/** Locks the next rows and gives their keys. In a statement of its own: the next one sees what was locked as it is now. */
export async function takeKeys(
  session: Acting,
  { sql, order, key }: Subject,
  condition: Condition,
  { after, limit }: { readonly after: Cursor | undefined; readonly limit: number },
): Promise<{ readonly keys: readonly (readonly string[])[]; readonly last: Cursor | undefined }> {
  const columns = columnList(order)
  const from = condition.values.length + 1
  const place = order.map(({ type }, index) => `$${from + index}::text::${type}`)
  const beyond = after === undefined ? '' : ` and (${columns}) > (${place.join(', ')})`
  const texts = (list: readonly { name: string }[]): string =>
    list.map(({ name }) => `${quoted(name)}::text`).join(', ')
  const { rows } = await session.query<{ key: readonly string[]; place: readonly string[] }>(
    `select array[${texts(key)}] as key, array[${texts(order)}] as place from ${sql}
     where ${condition.sql}${beyond} order by ${columns} limit ${Math.round(limit)} for update skip locked`,
    [...condition.values, ...(after ?? [])],
  )
  return { keys: rows.map((row) => row.key), last: rows.at(-1)?.place }
}

function moveSql({ sql, key, columns }: Subject, archive: ArchiveTable | undefined): string {
  const own = key.map(({ name }) => `t.${quoted(name)}`).join(', ')
  const named = key.map((_, index) => `k${index}`).join(', ')
  const lists = key.map(({ type }, index) => `$${index + 1}::text[]::${type}[]`).join(', ')
  const gone = `delete from ${sql} t using unnest(${lists}) as batch (${named}) where (${own}) = (${key
    .map((_, index) => `batch.k${index}`)
    .join(', ')})`
  if (archive === undefined)
    return `with gone as (${gone} returning 1)
      select count(*)::float8 as "goneCount", '' as "goneSum", 0::float8 as "keptCount", '' as "keptSum" from gone`
  const list = columnList(columns)
  return `with gone as (${gone} returning ${columnList(columns, 't.')}),
    kept as (insert into ${archive.sql} (${list}) select ${list} from gone returning ${list})
    select g.count as "goneCount", g.checksum as "goneSum", k.count as "keptCount", k.checksum as "keptSum"
    from (${checksumOf('gone', columns)}) g, (${checksumOf('kept', columns)}) k`
}
