import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { systemSchemas } from '../identifier.ts'
import { indexSizes } from '../indexes/index-sizes.ts'
import type { PostgresOptions } from '../options.ts'
import { relationBytes } from './sizes.ts'
import { ownSettings, vacuumTrigger, xidFreezeAge } from './table-care.ts'

/**
 * A table with rows of its own, as the server counts it since its statistics began. Ages in milliseconds; null: never. Of a
 * partitioned table its parts stand here, each once; foreign tables hold nothing here, and temporary ones are their session's.
 */
export type Table = {
  readonly schema: string
  readonly table: string
  /** The file that holds it: another one after TRUNCATE, VACUUM FULL, CLUSTER and when it was made anew. */
  readonly file: number
  readonly liveTuples: number
  readonly deadTuples: number
  readonly inserts: number
  readonly updates: number
  readonly deletes: number
  readonly sequentialScans: number
  readonly indexScans: number
  readonly tableBytes: number
  readonly indexBytes: number
  readonly toastBytes: number
  readonly vacuumAgeMs: number | null
  readonly analyzeAgeMs: number | null
  readonly xidAge: number
  /** At how many transactions autovacuum freezes it in any case. */
  readonly freezeAt: number
  /** At how many dead rows autovacuum comes: the table's own threshold and scale factor, or the server's. */
  readonly vacuumAt: number
  readonly isAutomatic: boolean
}

/** To ask for the size of a relation the server opens it, 50 µs each at first. */
const tablesAtOnce = 4000

// What belongs to the tables is joined as a whole: subqueries for each of them would be asked 4,000 times. The index of a
// TOAST table that holds nothing is not opened: it holds nothing but its first page.
const sql = `
  with tables as materialized (
    select c.oid, n.nspname as schema, c.relname as table, c.relfilenode::int8 as file, c.reltoastrelid as toast,
           greatest(c.reltuples, 0)::float8 as rows,
           case when c.relfrozenxid <> '0'::xid then age(c.relfrozenxid) else 0 end::float8 as "xidAge",
           ${ownSettings('c')} as own
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname not in ${systemSchemas} and c.oid > $1
    order by c.oid limit ${tablesAtOnce}
  ), parts as (
    select oid as owner, oid, 'table' as part from tables
    union all select oid, toast, 'toast' from tables where toast <> 0
  ), heaps as materialized (
    select parts.*, bytes from parts
    join lateral (select ${relationBytes('c')} as bytes from pg_class c where c.oid = parts.oid) r on true
  ), measured as (
    select owner, coalesce(sum(bytes) filter (where part = 'table'), 0)::float8 as "tableBytes",
           coalesce(sum(bytes) filter (where part = 'toast'), 0)::float8 + coalesce(sum(
             case when bytes = 0 then current_setting('block_size')::float8 else
               (select sum(${relationBytes('c')}) from pg_index i join pg_class c on c.oid = i.indexrelid
                where i.indrelid = heaps.oid) end) filter (where part = 'toast'), 0)::float8 as "toastBytes"
    from heaps group by 1
  ), used as (
    select i.indrelid, sum(pg_stat_get_numscans(i.indexrelid))::float8 as "indexScans"
    from pg_index i join tables t on t.oid = i.indrelid group by 1
  )
  select oid::int8, schema, "table", file, "tableBytes", "toastBytes", coalesce("indexScans", 0) as "indexScans", "xidAge",
         pg_stat_get_live_tuples(oid)::float8 as "liveTuples", pg_stat_get_dead_tuples(oid)::float8 as "deadTuples",
         pg_stat_get_tuples_inserted(oid)::float8 as inserts, pg_stat_get_tuples_updated(oid)::float8 as updates,
         pg_stat_get_tuples_deleted(oid)::float8 as deletes, pg_stat_get_numscans(oid)::float8 as "sequentialScans",
         ${ageMs('greatest(pg_stat_get_last_vacuum_time(oid), pg_stat_get_last_autovacuum_time(oid))')} as "vacuumAgeMs",
         ${ageMs('greatest(pg_stat_get_last_analyze_time(oid), pg_stat_get_last_autoanalyze_time(oid))')} as "analyzeAgeMs",
         ${vacuumTrigger} as "vacuumAt", ${xidFreezeAge} as "freezeAt",
         current_setting('autovacuum')::bool and coalesce((own ->> 'autovacuum_enabled')::bool, true) as "isAutomatic"
  from tables join measured on owner = oid left join used on indrelid = oid
  order by oid`

type Row = Omit<Table, 'indexBytes'> & { readonly oid: number }

/** Every table of the application, the largest first. */
export async function tables(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Table>> {
  const rows: Row[] = []
  // It ends: the numbers rise.
  for (;;) {
    const after = rows.at(-1)?.oid ?? 0
    const answer = await ask<Row>(component, { sql, values: () => [after] }, ctx)
    if (!answer.ok) return answer
    rows.push(...answer.rows)
    if (answer.rows.length === tablesAtOnce) continue
    const sizes = await indexSizes(component, ctx)
    if (!sizes.ok) return sizes
    const indexBytes = new Map<number, number>()
    for (const { tableOid, bytes } of sizes.rows) indexBytes.set(tableOid, (indexBytes.get(tableOid) ?? 0) + bytes)
    const all = rows.map(({ oid, ...table }): Table => ({ ...table, indexBytes: indexBytes.get(oid) ?? 0 }))
    return { ...answer, rows: all.toSorted((a, b) => wholeBytes(b) - wholeBytes(a) || compare(nameOf(a), nameOf(b))) }
  }
}

export function nameOf({ schema, table }: Pick<Table, 'schema' | 'table'>): string {
  return `${schema}.${table}`
}

/** All that it takes on the disk. */
export function wholeBytes({ tableBytes, indexBytes, toastBytes }: Table): number {
  return tableBytes + indexBytes + toastBytes
}

function ageMs(time: string): string {
  return `(extract(epoch from now() - ${time}) * 1000)::float8`
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
