import type { Component } from '../../core/check.ts'
import type { StepContext } from '../../core/context.ts'
import { type Answer, ask } from './connection.ts'
import type { PostgresOptions } from './options.ts'

/** An index of the application's tables as the catalog has it. Keys are comparable texts, not for people. */
export type Index = {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly bytes: number
  readonly scans: number
  readonly isUnique: boolean
  readonly isValid: boolean
  /** Being built right now by a session. */
  readonly isBuilding: boolean
  /** Primary key, unique or exclusion constraint, foreign key target, replica identity, or part of a partitioned index. */
  readonly isNeeded: boolean
  readonly method: string
  /** One text for each key column: expression, operator class, collation, order. */
  readonly columns: readonly string[]
  readonly included: string
  readonly predicate: string
  /** Since when scans are counted: the last reset, else the start of this server's statistics; null when unknown. */
  readonly statisticsAgeMs: number | null
}

const sql = `
  select n.nspname as schema, t.relname as table, c.relname as name, pg_relation_size(c.oid)::float8 as bytes,
         coalesce(s.idx_scan, 0)::float8 as scans, i.indisunique as "isUnique",
         i.indisvalid and i.indisready as "isValid",
         exists (select 1 from pg_stat_progress_create_index p where p.index_relid = c.oid) as "isBuilding",
         i.indisprimary or i.indisexclusion or i.indisreplident
           or exists (select 1 from pg_constraint k where k.conindid = c.oid)
           or exists (select 1 from pg_inherits h where h.inhrelid = c.oid) as "isNeeded",
         m.amname as method,
         array(select pg_get_indexdef(c.oid, k, true) || ' ' || i.indclass[k - 1]::text || ' ' || i.indcollation[k - 1]::text || ' ' || i.indoption[k - 1]::text
               from generate_series(1, i.indnkeyatts) as k order by k) as columns,
         coalesce((select string_agg(pg_get_indexdef(c.oid, k, true), ',' order by k) from generate_series(i.indnkeyatts + 1, i.indnatts) as k), '') as included,
         coalesce(pg_get_expr(i.indpred, i.indrelid), '') as predicate,
         extract(epoch from now() - coalesce((select stats_reset from pg_stat_database where datname = current_database()), pg_postmaster_start_time())) * 1000 as "statisticsAgeMs"
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace
  join pg_am m on m.oid = c.relam
  left join pg_stat_user_indexes s on s.indexrelid = c.oid
  where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg_temp%'
    and c.relkind = 'i' and not c.relispartition
  order by 1, 2, 3`

export async function indexes(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Index>> {
  const answer = await ask<Index>(component, { sql }, ctx)
  if (!answer.ok) return answer
  const rows = answer.rows.map((row) => ({
    ...row,
    statisticsAgeMs: row.statisticsAgeMs === null ? null : Number(row.statisticsAgeMs),
  }))
  return { ...answer, rows }
}

export interface Redundant {
  readonly index: Index
  /** The index that does its work as well. */
  readonly keeps: Index
}

/** Indexes that another one equals in all that matters. Of equals the one that a constraint needs stays, else the more used. */
export function duplicates(all: readonly Index[]): readonly Redundant[] {
  const valid = all.filter(({ isValid }) => isValid)
  return [...Map.groupBy(valid, sameKey).values()].flatMap((group) => {
    const [keeps, ...others] = group.toSorted(
      (a, b) =>
        Number(b.isNeeded) - Number(a.isNeeded) ||
        Number(b.isUnique) - Number(a.isUnique) ||
        b.scans - a.scans ||
        a.name.localeCompare(b.name),
    )
    return keeps === undefined
      ? []
      : others.filter((one) => !one.isNeeded && (!one.isUnique || keeps.isUnique)).map((index) => ({ index, keeps }))
  })
}

/** B-tree indexes whose columns begin another one of the same table: the longer serves every query of the shorter. */
export function overlaps(all: readonly Index[]): readonly Redundant[] {
  const equal = new Set(duplicates(all).map(({ index }) => index))
  const valid = all.filter((one) => one.isValid && one.method === 'btree' && !equal.has(one))
  return valid.flatMap((index) => {
    if (index.isNeeded || index.isUnique) return []
    const keeps = valid.find(
      (other) =>
        other !== index &&
        sharesTable(index, other) &&
        other.columns.length > index.columns.length &&
        begins(index, other),
    )
    return keeps === undefined ? [] : [{ index, keeps }]
  })
}

function sameKey({ schema, table, method, columns, included, predicate }: Index): string {
  return JSON.stringify([schema, table, method, columns, included, predicate])
}

function sharesTable(a: Index, b: Index): boolean {
  return (
    a.schema === b.schema &&
    a.table === b.table &&
    a.predicate === b.predicate &&
    (a.included === '' || a.included === b.included)
  )
}

function begins(short: Index, long: Index): boolean {
  return short.columns.every((column, position) => long.columns[position] === column)
}
