import * as z from 'zod'
import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { quoted, systemSchemas } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { relationBytes } from '../tables/sizes.ts'
import type { Index } from './indexes.ts'
import { statisticsSince } from './statistics-age.ts'

/** A foreign key of the application, with what a delete of a referenced row has to read. */
export type ForeignKey = {
  readonly schema: string
  readonly table: string
  readonly name: string
  /** Its referencing columns, in its order. */
  readonly columns: readonly string[]
  /** The same as numbers of its table. */
  readonly numbers: readonly number[]
  readonly referenced: string
  readonly isPartitioned: boolean
  /** Of the tables (partitions) without an index that begins with its columns; 0 when each has one. */
  readonly bareTables: number
  readonly bareBytes: number
  readonly bareRows: number
  /** Rows deleted from the referenced table since the statistics began. */
  readonly deletes: number
  readonly statisticsAgeMs: number | null
}

/**
 * An index serves when the first of its columns are those of the key in any order, each with an operator class that knows
 * the comparison of the key and with the collation of the column; with a condition only when that is "a column of the key
 * is not null", which every comparison implies. A partitioned table is served by the indexes of its partitions.
 */
const sql = `
  with recursive tree as (
    select k.oid as root, k.oid, k.conrelid, k.confrelid, k.conkey, k.conpfeqop
    from pg_constraint k where k.contype = 'f' and k.conparentid = 0
    union all
    select t.root, k.oid, k.conrelid, k.confrelid, k.conkey, k.conpfeqop
    from tree t join pg_constraint k on k.conparentid = t.oid and k.contype = 'f'
  ), leaf as (
    select distinct on (t.root, t.conrelid) t.* from tree t join pg_class c on c.oid = t.conrelid
    where c.relkind = 'r' order by t.root, t.conrelid, t.oid
  ), bare as (
    select l.root, count(*) as tables, sum(${relationBytes('c')}) as bytes, sum(greatest(c.reltuples, 0)) as rows
    from leaf l join pg_class c on c.oid = l.conrelid
    where not exists (
      select 1 from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
      where i.indrelid = l.conrelid and i.indisvalid and i.indisready and i.indislive and m.amname in ('btree', 'hash')
        and i.indnkeyatts >= cardinality(l.conkey)
        and (i.indkey::int2[])[0:cardinality(l.conkey) - 1] @> l.conkey
        and (i.indpred is null or (
          length(i.indpred::text) - length(replace(i.indpred::text, '{', '')) = 2
          and i.indpred::text like '%:nulltesttype 1 %'
          and exists (select 1 from unnest(l.conkey) a
                      where starts_with(i.indpred::text, '{NULLTEST :arg {VAR :varno 1 :varattno ' || a || ' '))))
        and not exists (
          select 1 from generate_subscripts(l.conkey, 1) a
          where not exists (
            select 1 from generate_series(0, cardinality(l.conkey) - 1) p
            join pg_opclass o on o.oid = (i.indclass::oid[])[p]
            join pg_amop f on f.amopfamily = o.opcfamily and f.amopopr = l.conpfeqop[a]
            join pg_attribute t on t.attrelid = l.conrelid and t.attnum = l.conkey[a]
            where (i.indkey::int2[])[p] = l.conkey[a] and (i.indcollation::oid[])[p] = t.attcollation)))
    group by 1
  ), deleted as (
    select root, sum(pg_stat_get_tuples_deleted(confrelid)) as deletes
    from (select distinct root, confrelid from tree) referenced group by 1
  )
  select n.nspname as schema, c.relname as table, k.conname as name, c.relkind = 'p' as "isPartitioned",
         array(select a.attname::text from unnest(k.conkey) with ordinality u(number, at)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by u.at) as columns,
         k.conkey as numbers, rn.nspname || '.' || r.relname as referenced,
         coalesce(b.tables, 0)::float8 as "bareTables", coalesce(b.bytes, 0)::float8 as "bareBytes",
         coalesce(b.rows, 0)::float8 as "bareRows", coalesce(d.deletes, 0)::float8 as deletes,
         (extract(epoch from now() - ${statisticsSince}) * 1000)::float8 as "statisticsAgeMs"
  from pg_constraint k
  join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace
  left join bare b on b.root = k.oid left join deleted d on d.root = k.oid
  where k.contype = 'f' and k.conparentid = 0 and n.nspname not in ${systemSchemas} and n.nspname not like 'pg\\_temp\\_%'
  order by 1, 2, 3`

/** Every foreign key of the application's tables; one of a partitioned table once. */
export async function foreignKeys(
  component: Component<PostgresOptions>,
  ctx: StepContext,
): Promise<Answer<ForeignKey>> {
  return await ask<ForeignKey>(component, { sql }, ctx)
}

/** Whether it would be missed as the one that serves a key: what serves as well stays in any case. */
export function servesAlone(index: Index, all: readonly Index[], keys: readonly ForeignKey[]): boolean {
  return keys
    .filter((key) => serves(index, key))
    .some((key) => !all.some((other) => other !== index && staysInAnyCase(other) && serves(other, key)))
}

/** As the server's own list in the question, but for what only makes an index serve less: a kept one does no harm. */
function serves({ schema, table, method, isValid, columns }: Index, key: ForeignKey): boolean {
  if (schema !== key.schema || table !== key.table || !isValid || !['btree', 'hash'].includes(method)) return false
  const first = columns.slice(0, key.numbers.length).map((column) => Number(JSON.parse(column)[0]))
  return key.numbers.every((number) => first.includes(number))
}

function staysInAnyCase({ isNeeded, uniqueness, scans, predicate }: Index): boolean {
  return predicate === '' && (isNeeded || uniqueness !== '' || scans > 0)
}

const largeTable = 8 * 1024 * 1024

export const foreignKeyLimits = z.strictObject({
  /** A table this large is named in any case: from 8 MB on PostgreSQL itself calls more hands (min_parallel_table_scan_size). */
  minBytes: z.number().int().min(0).default(largeTable),
  /** A smaller one when deletes have read as much of it in all: a hundred times such a table. Ours. */
  minBytesRead: z
    .number()
    .int()
    .min(1)
    .default(100 * largeTable),
})

/** Those whose lack of an index is felt, the largest first; of several on the same columns the first, since one serves all. */
export function missingIndexes(
  keys: readonly ForeignKey[],
  { minBytes, minBytesRead }: z.output<typeof foreignKeyLimits>,
): readonly ForeignKey[] {
  const felt = keys.filter(
    ({ bareTables, bareBytes, deletes }) =>
      bareTables > 0 && (bareBytes >= minBytes || deletes * bareBytes >= minBytesRead),
  )
  const sameIndex = Map.groupBy(felt, ({ schema, table, columns }) =>
    JSON.stringify([schema, table, columns.toSorted()]),
  )
  return [...sameIndex.values()].flatMap(([first]) => first ?? []).toSorted((a, b) => b.bareBytes - a.bareBytes)
}

/** NAMEDATALEN - 1 */
const longestName = 63

/** As PostgreSQL would call it: the table and its columns, cut to what a name may hold; by bytes. */
export function nameForIndex(table: string, columns: readonly string[]): string {
  const end = '_idx'
  return `${cut([table, ...columns].join('_'), longestName - end.length)}${end}`
}

/** The statement that a person would type. Where the table is partitioned it locks what `vigie db indexes --create` does not. */
export function missingIndexDdl({ schema, table, columns, isPartitioned }: ForeignKey): string {
  const list = columns.map((column) => quoted(column)).join(', ')
  const how = isPartitioned ? '' : ' CONCURRENTLY'
  return `CREATE INDEX${how} ${quoted(nameForIndex(table, columns))} ON ${quoted(schema, table)} (${list});`
}

function cut(text: string, bytes: number): string {
  let cutText = text
  while (Buffer.byteLength(cutText) > bytes) cutText = [...cutText].slice(0, -1).join('')
  return cutText
}
