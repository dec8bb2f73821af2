import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { systemSchemas } from '../identifier.ts'
import { statisticsSince } from '../indexes/statistics-age.ts'
import type { PostgresOptions } from '../options.ts'
import { relationBytes } from './sizes.ts'

/** What was read and written of one table that holds rows, since the statistics began. */
export type TableUse = {
  readonly schema: string
  readonly table: string
  /** Rows that are there, as the server estimates them. */
  readonly live: number
  readonly sequentialScans: number
  /** Rows read by them; a scan that ends early counts what it read. */
  readonly sequentialRows: number
  readonly indexScans: number
  readonly inserts: number
  readonly updates: number
  /** Of the updates, those that wrote to no index (HOT). */
  readonly hotUpdates: number
  readonly deletes: number
  /** Null when unknown. */
  readonly statisticsAgeMs: number | null
}

export type SizedTableUse = TableUse & { readonly bytes: number }

const sql = (more: string): string => `
  select s.schemaname as schema, s.relname as table, ${more}
         greatest(s.n_live_tup, 0)::float8 as live, s.seq_scan::float8 as "sequentialScans",
         s.seq_tup_read::float8 as "sequentialRows", coalesce(s.idx_scan, 0)::float8 as "indexScans",
         s.n_tup_ins::float8 as inserts, s.n_tup_upd::float8 as updates, s.n_tup_hot_upd::float8 as "hotUpdates",
         s.n_tup_del::float8 as deletes,
         (extract(epoch from now() - ${statisticsSince}) * 1000)::float8 as "statisticsAgeMs"
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  where c.relkind in ('r', 'm') and s.schemaname not in ${systemSchemas}
    and s.schemaname not like 'pg\\_temp\\_%' and s.schemaname not like 'pg\\_toast%'
  order by 1, 2`

/** Every table of the application that holds rows itself: partitions, and not what they are partitions of. */
export async function tableUse(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<TableUse>> {
  return await ask<TableUse>(component, { sql: sql('') }, ctx)
}

/** The same with their sizes, which cost the server more than all the rest: it opens each table for it. */
export async function sizedTableUse(
  component: Component<PostgresOptions>,
  ctx: StepContext,
): Promise<Answer<SizedTableUse>> {
  return await ask<SizedTableUse>(component, { sql: sql(`${relationBytes('c')} as bytes,`) }, ctx)
}
