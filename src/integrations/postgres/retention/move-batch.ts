import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import type { ArchiveTable } from './archive-table.ts'
import type { ReferenceBudget } from './batch-references.ts'
import type { Condition } from './condition.ts'
import { refuseRule } from './refusal.ts'
import { checksumOf, columnList } from './row-text.ts'
import { operatorOf, type Subject } from './subject.ts'

/** Where the batch before ended: the values of the ordering columns as texts. */
export type Cursor = readonly string[]

export interface Batch {
  readonly count: number
  /** Undefined when no row was found. */
  readonly last: Cursor | undefined
}

/**
 * Takes the next rows in order and deletes them, into the archive when there is one: one transaction, and nothing of it
 * when count or checksum of what stands in the archive then differ. Rows that somebody else works on are left for the next run.
 */
export async function moveBatch(
  session: Acting,
  subject: Subject,
  condition: Condition,
  way: { readonly after: Cursor | undefined; readonly limit: number; readonly archive: ArchiveTable | undefined },
  budget: ReferenceBudget,
): Promise<Batch> {
  const { references, ...done } = await session.transaction(async () => {
    const { keys, last } = await takeKeys(session, subject, condition, way)
    if (keys.length === 0) return { count: 0, last: undefined, references: [] }
    const references = await budget.prove(session, subject, keys)
    const values = subject.key.map((_, index) => keys.map((key) => key[index]))
    const { rows } = await session.query<Moved>(moveSql(subject, way.archive), values)
    const moved = rows[0]
    const refuse = (why: 'kept-by-trigger' | 'mismatch', detail: string): Error =>
      refuseRule({ rule: subject.rule, table: `${subject.schema}.${subject.table}`, why, detail })
    if (moved?.goneCount !== keys.length) throw refuse('kept-by-trigger', `${moved?.goneCount ?? 0} / ${keys.length}`)
    if (way.archive !== undefined) {
      const kept = await keptRows(session, subject, way.archive, moved)
      if (kept.count !== moved.goneCount || kept.checksum !== moved.goneSum)
        throw refuse('mismatch', `${kept.count} / ${moved.goneCount}`)
    }
    return { count: keys.length, last, references }
  })
  budget.take(references)
  return done
}

type Moved = {
  readonly goneCount: number
  readonly goneSum: string
  /** Where the rows stand in the archive: tables (it may be partitioned) and places in them. */
  readonly tables: readonly string[]
  readonly places: readonly string[]
}

/** What stands in the archive when every trigger and foreign key has had its turn, those that wait for the commit too. */
async function keptRows(
  session: Acting,
  { columns }: Subject,
  archive: ArchiveTable,
  { tables, places }: Moved,
): Promise<{ readonly count: number; readonly checksum: string }> {
  await session.query('set constraints all immediate')
  const { rows } = await session.query<{ count: number; checksum: string }>(
    `${checksumOf(archive.sql, columns)} where ctid = any ($2::text[]::tid[])
     and (tableoid, ctid) in (select * from unnest($1::text[]::oid[], $2::text[]::tid[]))`,
    [tables, places],
  )
  return rows[0] ?? { count: 0, checksum: '' }
}

/**
 * Locks the next rows and gives their keys. In a statement of its own: the next one sees what was locked as it is now. The
 * place is written out for the last row alone: a time as text costs the server more than the rest of the row.
 */
async function takeKeys(
  session: Acting,
  { sql, order, key }: Subject,
  condition: Condition,
  { after, limit }: { readonly after: Cursor | undefined; readonly limit: number },
): Promise<{ readonly keys: readonly (readonly string[])[]; readonly last: Cursor | undefined }> {
  const columns = columnList(order)
  const from = condition.values.length + 1
  const place = order.map(({ type }, index) => `$${from + index}::text::${type}`)
  const beyond = after === undefined ? '' : ` and (${columns}) > (${place.join(', ')})`
  const taken = [...new Set([...key, ...order].map(({ name }) => quoted(name)))].join(', ')
  const keys = key.map(({ name }, index) => `${quoted(name)}::text as k${index}`).join(', ')
  const texts = order.map(({ name }) => `${quoted(name)}::text`).join(', ')
  const { rows } = await session.query<Readonly<Record<string, string>> & { readonly place: Cursor | null }>(
    `select ${keys}, case when lead(1) over (order by ${columns}) is null then array[${texts}] end as place
     from (select ${taken} from ${sql} where ${condition.sql}${beyond}
           order by ${columns} limit ${Math.round(limit)} for update skip locked) taken order by ${columns}`,
    [...condition.values, ...(after ?? [])],
  )
  return {
    keys: rows.map((row) => key.map((_, index) => row[`k${index}`] ?? '')),
    last: rows.at(-1)?.place ?? undefined,
  }
}

function moveSql({ sql, key, columns }: Subject, archive: ArchiveTable | undefined): string {
  const named = key.map((_, index) => `k${index}`).join(', ')
  const lists = key.map(({ type }, index) => `$${index + 1}::text[]::${type}[]`).join(', ')
  const same = key.map((one, index) => `t.${quoted(one.name)} ${operatorOf(one, '=')} batch.k${index}`).join(' and ')
  const gone = `delete from ${sql} t using unnest(${lists}) as batch (${named}) where ${same}`
  if (archive === undefined)
    return `with gone as (${gone} returning 1)
      select count(*)::float8 as "goneCount", '' as "goneSum", null as tables, null as places from gone`
  const list = columnList(columns)
  return `with gone as (${gone} returning ${columnList(columns, 't.')}),
    kept as (insert into ${archive.sql} (${list}) select ${list} from gone
      returning tableoid::text as "table", ctid::text as place)
    select g.count as "goneCount", g.checksum as "goneSum", k.tables, k.places
    from (${checksumOf('gone', columns)}) g, (select array_agg("table") as tables, array_agg(place) as places from kept) k`
}
