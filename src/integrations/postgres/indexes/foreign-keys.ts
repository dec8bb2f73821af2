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
  with keys as materialized (
    select k.oid, k.conname, k.conparentid, k.conrelid, k.confrelid, k.conkey, k.conpfeqop from pg_constraint k where k.contype = 'f'
  ), looked as materialized (
    select k.*, c.relnamespace, c.relname, c.relkind, c.relkind = 'r' and not exists (
      select 1 from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
      where i.indrelid = k.conrelid and i.indisvalid and i.indisready and i.indislive and m.amname in ('btree', 'hash')
        and i.indnkeyatts >= cardinality(k.conkey)
        and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
        and (i.indpred is null or (
          length(i.indpred::text) - length(replace(i.indpred::text, '{', '')) = 2
          and i.indpred::text like '%:nulltesttype 1 %'
          and exists (select 1 from unnest(k.conkey) a
                      where starts_with(i.indpred::text, '{NULLTEST :arg {VAR :varno 1 :varattno ' || a || ' '))))
        and not exists (
          select 1 from generate_subscripts(k.conkey, 1) a
          where not exists (
            select 1 from generate_series(0, cardinality(k.conkey) - 1) p
            join pg_opclass o on o.oid = (i.indclass::oid[])[p]
            join pg_amop f on f.amopfamily = o.opcfamily and f.amopopr = k.conpfeqop[a]
            join pg_attribute t on t.attrelid = k.conrelid and t.attnum = k.conkey[a]
            where (i.indkey::int2[])[p] = k.conkey[a] and (i.indcollation::oid[])[p] = t.attcollation))) as bare
    from keys k join pg_class c on c.oid = k.conrelid
  )
  select k.oid::int8 as oid, k.conparentid::int8 as parent, k.conrelid::int8 as "tableOid", k.confrelid::int8 as "referencedOid",
         n.nspname as schema, k.relname as table, k.conname as name, k.relkind::text as kind, k.bare as "isBare",
         n.nspname not in ${systemSchemas} and n.nspname not like 'pg\\_temp\\_%' as "isOwn",
         case when k.conparentid = 0 then
           array(select a.attname::text from unnest(k.conkey) with ordinality u(number, at)
                 join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by u.at) else '{}' end as columns,
         k.conkey as numbers, rn.nspname || '.' || r.relname as referenced,
         case when k.bare then (select ${relationBytes('c')} from pg_class c where c.oid = k.conrelid) else 0 end::float8 as bytes,
         case when k.bare then (select greatest(c.reltuples, 0) from pg_class c where c.oid = k.conrelid) else 0 end::float8 as rows,
         pg_stat_get_tuples_deleted(k.confrelid)::float8 as deletes,
         (extract(epoch from now() - ${statisticsSince}) * 1000)::float8 as "statisticsAgeMs"
  from looked k
  join pg_namespace n on n.oid = k.relnamespace
  join pg_class r on r.oid = k.confrelid join pg_namespace rn on rn.oid = r.relnamespace
  order by n.nspname, k.relname, k.conname, k.oid`

/** One constraint as the catalog has it: of a partitioned table each partition has one too, below that of its parent. */
type Constraint = Pick<ForeignKey, 'schema' | 'table' | 'name' | 'columns' | 'numbers' | 'referenced'> & {
  readonly oid: number
  /** 0 when it is none of a partition. */
  readonly parent: number
  readonly tableOid: number
  readonly referencedOid: number
  /** Of its table, as pg_class has it. */
  readonly kind: string
  /** Its table holds rows, and no index serves it. */
  readonly isBare: boolean
  readonly isOwn: boolean
  readonly bytes: number
  readonly rows: number
  readonly deletes: number
  readonly statisticsAgeMs: number | null
}

/** Every foreign key of the application's tables; one of a partitioned table once. */
export async function foreignKeys(
  component: Component<PostgresOptions>,
  ctx: StepContext,
): Promise<Answer<ForeignKey>> {
  const answer = await ask<Constraint>(component, { sql }, ctx)
  if (!answer.ok) return answer
  // Here, and not by a recursion on the server: without statistics it would compare each key with each other.
  const below = Map.groupBy(answer.rows, ({ parent }) => parent)
  const roots = (below.get(0) ?? []).filter(({ isOwn }) => isOwn)
  return { ...answer, rows: roots.map((root) => keyOfTree(root, treeBelow(root, below))) }
}

function treeBelow(root: Constraint, below: ReadonlyMap<number, readonly Constraint[]>): readonly Constraint[] {
  const all = [root]
  // It grows while it is read, and ends since a constraint has one parent.
  for (const { oid } of all) all.push(...(below.get(oid) ?? []))
  return all
}

function keyOfTree(root: Constraint, tree: readonly Constraint[]): ForeignKey {
  const { schema, table, name, columns, numbers, referenced, kind, statisticsAgeMs } = root
  // To a partitioned table a key has one more constraint for each partition there, on the same table here.
  const byTable = Map.groupBy(
    tree.filter((one) => one.kind === 'r').toSorted((a, b) => a.oid - b.oid),
    ({ tableOid }) => tableOid,
  )
  const bare = [...byTable.values()].flatMap(([first]) => (first?.isBare === true ? [first] : []))
  const deletes = new Map(tree.map((one) => [one.referencedOid, one.deletes]))
  return {
    ...{ schema, table, name, columns, numbers, referenced, statisticsAgeMs, isPartitioned: kind === 'p' },
    bareTables: bare.length,
    bareBytes: bare.reduce((sum, { bytes }) => sum + bytes, 0),
    bareRows: bare.reduce((sum, { rows }) => sum + rows, 0),
    deletes: [...deletes.values()].reduce((sum, one) => sum + one, 0),
  }
}

/** Which of the indexes would be missed as the one that serves a key: what serves as well stays in any case. */
export function servingAlone(all: readonly Index[], keys: readonly ForeignKey[]): (index: Index) => boolean {
  const keysOf = Map.groupBy(keys, tableOf)
  const indexesOf = Map.groupBy(all, tableOf)
  return (index) =>
    (keysOf.get(tableOf(index)) ?? [])
      .filter((key) => serves(index, key))
      .some(
        (key) =>
          !(indexesOf.get(tableOf(index)) ?? []).some(
            (other) => other !== index && staysInAnyCase(other) && serves(other, key),
          ),
      )
}

function tableOf({ schema, table }: { readonly schema: string; readonly table: string }): string {
  return JSON.stringify([schema, table])
}

/** As the server's own list in the question, but for what only makes an index serve less: a kept one does no harm. */
function serves({ method, isValid, columns }: Index, key: ForeignKey): boolean {
  if (!isValid || !['btree', 'hash'].includes(method)) return false
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
