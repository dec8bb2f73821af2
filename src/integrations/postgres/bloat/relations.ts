import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { systemSchemas } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { relationBytes } from '../tables/sizes.ts'
import { ownSettings } from '../tables/table-care.ts'

/** `[length, alignment, mean width, ratio of NULLs, number of different values]`: the last three null when not known. */
type ColumnFacts = readonly [number, string, number | null, number | null, number | null]

/** Rows as vacuum or analyze last counted them, and how many changed since; null when neither came since the statistics began. */
export type RowCount = readonly [number, number] | null

interface Relation {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly bytes: number
  readonly fillFactor: number
  readonly columns: readonly ColumnFacts[]
}

/** A table of some size, as far as the server tells the role about it. */
export type TableFacts = Relation & {
  readonly [key: string]: unknown
  readonly rows: RowCount
  /** The role may read the table: without it, it is told no statistics of its columns. */
  readonly isReadable: boolean
  readonly columnCount: number
  readonly hasDropped: boolean
  readonly toastOid: number
  readonly toastBytes: number
  readonly toastRows: RowCount
}

/** A valid B-tree of some size. */
export type IndexFacts = Relation & {
  readonly [key: string]: unknown
  readonly name: string
  readonly isReadable: boolean
  /** -1 when it was never counted. */
  readonly entries: number
  readonly rows: RowCount
  readonly isUnique: boolean
  /** Equal keys are kept once, with a list of their rows ("B-Tree deduplication"). */
  readonly isDeduplicated: boolean
}

/** Relations that are looked at: the largest. */
export const relationLimit = 1000

/** Analyzed or vacuumed since the statistics began, as SQL. */
const isCounted = (oid: string): string => `coalesce(
  pg_stat_get_last_analyze_time(${oid}), pg_stat_get_last_autoanalyze_time(${oid}),
  pg_stat_get_last_vacuum_time(${oid}), pg_stat_get_last_autovacuum_time(${oid})) is not null`

/**
 * Rows that changed since they were last counted, as SQL. A TOAST table is counted by vacuum alone. The running count of live
 * rows is not asked: what a session deleted just before it vacuumed is taken off twice.
 */
const changed = (alias: string): string => `(case when ${alias}.relkind = 't'
  then pg_stat_get_ins_since_vacuum(${alias}.oid) + pg_stat_get_dead_tuples(${alias}.oid)
  else pg_stat_get_mod_since_analyze(${alias}.oid) end)::float8`

// By name, since the view has no oid. The limit keeps the filter inside: the server looks each up instead of reading all.
const statistics = (schema: string, relation: string, column: string): string => `
  lateral (select s.avg_width, s.null_frac, s.n_distinct from pg_stats s
    where s.schemaname = ${schema} and s.tablename = ${relation} and s.attname = ${column} and not s.inherited limit 1) s`

const rowCount = (alias: string): string =>
  `case when ${alias}.reltuples >= 0 and ${isCounted(`${alias}.oid`)} then jsonb_build_array(${alias}.reltuples::float8, ${changed(alias)}) end`

const factsOf = (alias: string): string =>
  `jsonb_build_array(${alias}.attlen, ${alias}.attalign, s.avg_width, s.null_frac, s.n_distinct)`

const tablesSql = `
  with picked as materialized (
    select c.oid, n.nspname as schema, c.relname as "table", c.reltoastrelid as toast, c.relnatts, ${relationBytes('c')} as bytes,
           ${ownSettings('c')} as own
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname not in ${systemSchemas}
      -- One that was never counted may have any size; so may its TOAST table.
      and (c.reltuples <= 0 or c.relpages >= $1 / 8192 / 2
           or exists (select 1 from pg_class x where x.oid = c.reltoastrelid and x.relpages >= $1 / 8192 / 2))
  ), large as materialized (
    select p.*, coalesce((select ${relationBytes('x')} from pg_class x where x.oid = p.toast), 0) as "toastBytes" from picked p
    where p.bytes >= $1 or p.toast <> 0 and (select ${relationBytes('x')} from pg_class x where x.oid = p.toast) >= $1
    order by p.bytes desc limit ${relationLimit}
  )
  select p.oid::int8, p.schema, p."table", p.bytes, coalesce((p.own ->> 'fillfactor')::int, 100) as "fillFactor",
         ${rowCount('c')} as rows, has_any_column_privilege(p.oid, 'select') as "isReadable",
         p.relnatts::int as "columnCount",
         exists (select 1 from pg_attribute a where a.attrelid = p.oid and a.attnum > 0 and a.attisdropped) as "hasDropped",
         p.toast::int8 as "toastOid", p."toastBytes", ${rowCount('x')} as "toastRows",
         coalesce((
           select jsonb_agg(${factsOf('a')} order by a.attnum)
           from pg_attribute a left join ${statistics('p.schema', 'p."table"', 'a.attname')} on true
           where a.attrelid = p.oid and a.attnum > 0 and not a.attisdropped and to_jsonb(a) ->> 'attgenerated' <> 'v'
         ), '[]') as columns
  from large p join pg_class c on c.oid = p.oid left join pg_class x on x.oid = p.toast
  order by p.bytes desc, p.oid`

/** Valid B-trees, as `IndexFacts`; $1 is the least size in bytes. */
export const indexesSql = `
  with picked as materialized (
    select c.oid, i.indrelid, n.nspname as schema, t.relname as "table", c.relname as name, i.indkey, i.indclass, i.indisunique,
           i.indnatts = i.indnkeyatts as is_plain, c.reltuples, ${relationBytes('c')} as bytes, ${ownSettings('c')} as own
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace
    join pg_am m on m.oid = c.relam and m.amname = 'btree'
    where c.relkind = 'i' and i.indisvalid and t.relpersistence <> 't' and n.nspname not in ${systemSchemas}
      and c.relpages >= $1 / 8192 / 2
    order by c.relpages desc limit ${relationLimit}
  )
  select p.oid::int8::float8 as oid, p.schema, p."table", p.name, p.bytes, coalesce((p.own ->> 'fillfactor')::int, 90) as "fillFactor",
         has_any_column_privilege(p.indrelid, 'select') as "isReadable",
         p.reltuples::float8 as entries, ${rowCount('t')} as rows, p.indisunique as "isUnique",
         p.is_plain and coalesce((p.own ->> 'deduplicate_items')::bool, true) and not exists (
           select 1 from unnest(p.indclass::oid[]) k(opclass) join pg_opclass o on o.oid = k.opclass
           where not exists (select 1 from pg_amproc f where f.amprocfamily = o.opcfamily and f.amprocnum = 4
             and f.amproclefttype = o.opcintype and f.amprocrighttype = o.opcintype)
         ) as "isDeduplicated",
         coalesce((
           select jsonb_agg(${factsOf('a')} order by a.attnum)
           from pg_attribute a
           left join pg_attribute o on o.attrelid = p.indrelid and o.attnum = p.indkey[a.attnum - 1] and o.attnum <> 0
           left join ${statistics('p.schema', 'case when o.attname is null then p.name else p."table" end', 'coalesce(o.attname, a.attname)')} on true
           where a.attrelid = p.oid and a.attnum > 0
         ), '[]') as columns
  from picked p join pg_class t on t.oid = p.indrelid where p.bytes >= $1 order by p.bytes desc, p.oid`

/** The largest tables of at least so many bytes, themselves or their TOAST. */
export function tableFacts(
  component: Component<PostgresOptions>,
  leastBytes: number,
  ctx: StepContext,
): Promise<Answer<TableFacts>> {
  return ask<TableFacts>(component, { sql: tablesSql, values: () => [leastBytes] }, ctx)
}

export function indexFacts(
  component: Component<PostgresOptions>,
  leastBytes: number,
  ctx: StepContext,
): Promise<Answer<IndexFacts>> {
  return ask<IndexFacts>(component, { sql: indexesSql, values: () => [leastBytes] }, ctx)
}
