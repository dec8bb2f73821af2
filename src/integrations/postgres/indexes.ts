import type { Component } from '../../core/check.ts'
import type { StepContext } from '../../core/context.ts'
import { type Answer, ask } from './connection.ts'
import { systemSchemas } from './identifier.ts'
import type { PostgresOptions } from './options.ts'
import { relationBytes } from './sizes.ts'

/** An index of the application's tables as the catalog has it. Keys are comparable texts, not for people. */
export type Index = {
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly bytes: number
  readonly scans: number
  /** What it keeps out: '' nothing, else in which way, as two that do not keep out the same are not equal. */
  readonly uniqueness: string
  readonly isValid: boolean
  /** Being built right now by a session. */
  readonly isBuilding: boolean
  /** Backs a constraint, is a replica identity, or is a part of a partitioned index: it cannot go by itself. */
  readonly isNeeded: boolean
  readonly method: string
  /** One text for each key column: expression, operator class with its options, collation, order. */
  readonly columns: readonly string[]
  readonly included: string
  readonly predicate: string
  /** Since when scans are counted: the last reset, else the start of this server's statistics; null when unknown. */
  readonly statisticsAgeMs: number | null
}

// to_jsonb: a column that this version does not have is null, where its name would be an error.
const sql = `
  select n.nspname as schema, t.relname as table, c.relname as name, ${relationBytes('c')} as bytes,
         coalesce(s.idx_scan, 0)::float8 as scans,
         case when not i.indisunique then '' else concat_ws(' ', 'unique',
           case when not i.indimmediate then 'deferrable' end,
           case when (to_jsonb(i) ->> 'indnullsnotdistinct')::bool then 'nulls not distinct' end) end as uniqueness,
         i.indisvalid and i.indisready as "isValid",
         exists (
           select 1 from pg_stat_progress_create_index p
           where p.index_relid = c.oid or exists (
             select 1 from pg_locks l
             where l.pid = p.pid and l.relation = i.indrelid and l.mode = 'ShareUpdateExclusiveLock' and l.granted)
         ) as "isBuilding",
         i.indisprimary or i.indisexclusion or i.indisreplident
           or exists (select 1 from pg_constraint k where k.conindid = c.oid)
           or exists (select 1 from pg_inherits h where h.inhrelid = c.oid) as "isNeeded",
         m.amname as method,
         array(select concat_ws(' ', pg_get_indexdef(c.oid, k, true), i.indclass[k - 1]::text, i.indcollation[k - 1]::text,
                                i.indoption[k - 1]::text, (to_jsonb(a) -> 'attoptions')::text)
               from generate_series(1, i.indnkeyatts) as k
               join pg_attribute a on a.attrelid = c.oid and a.attnum = k order by k) as columns,
         coalesce((select string_agg(pg_get_indexdef(c.oid, k, true), ',' order by k)
                   from generate_series(i.indnkeyatts + 1, i.indnatts) as k), '') as included,
         coalesce(pg_get_expr(i.indpred, i.indrelid), '') as predicate,
         (extract(epoch from now() - coalesce(
           (select stats_reset from pg_stat_database where datname = current_database()), pg_postmaster_start_time()
         )) * 1000)::float8 as "statisticsAgeMs"
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = t.relnamespace
  join pg_am m on m.oid = c.relam
  left join pg_stat_user_indexes s on s.indexrelid = c.oid
  where n.nspname not in ${systemSchemas} and n.nspname not like 'pg\\_temp\\_%' and n.nspname not like 'pg\\_toast%'
    and c.relkind = 'i'
  order by 1, 2, 3`

export function indexes(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Index>> {
  return ask<Index>(component, { sql }, ctx)
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
        Number(b.uniqueness !== '') - Number(a.uniqueness !== '') ||
        b.scans - a.scans ||
        a.name.localeCompare(b.name),
    )
    return keeps === undefined
      ? []
      : others
          .filter((one) => !one.isNeeded && (one.uniqueness === '' || one.uniqueness === keeps.uniqueness))
          .map((index) => ({ index, keeps }))
  })
}

/**
 * B-tree indexes whose columns begin another one of the same table: the longer serves every query of the shorter. Only
 * for the sake of one that stays: of two that could each go because of the other's or nobody's use, none would be left.
 */
export function overlaps(all: readonly Index[]): readonly Redundant[] {
  const equal = new Set(duplicates(all).map(({ index }) => index))
  const valid = all.filter((one) => one.isValid && one.method === 'btree' && !equal.has(one))
  return valid.flatMap((index) => {
    if (index.isNeeded || index.uniqueness !== '') return []
    const [keeps] = valid
      .filter((other) => other.columns.length > index.columns.length && sharesTable(index, other))
      .filter((other) => begins(index, other) && stays(other))
      .toSorted((a, b) => b.columns.length - a.columns.length)
    return keeps === undefined ? [] : [{ index, keeps }]
  })
}

/** Nobody will be told that it is unused. */
function stays({ isNeeded, uniqueness, scans }: Index): boolean {
  return isNeeded || uniqueness !== '' || scans > 0
}

/** Indexes that nothing has read and that nothing needs, but for those that another one makes superfluous anyway. */
export function unused(all: readonly Index[]): readonly Index[] {
  const told = new Set([...duplicates(all), ...overlaps(all)].map(({ index }) => index))
  return all.filter((one) => one.isValid && !stays(one) && !told.has(one))
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
