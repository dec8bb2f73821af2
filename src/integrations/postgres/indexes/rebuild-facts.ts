import type { Acting } from '../acting/acting.ts'
import { systemSchemas } from '../identifier.ts'
import { relationBytes } from '../tables/sizes.ts'

/** An index that could be rebuilt. */
export type RebuildFacts = {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly bytes: number
  readonly isValid: boolean
  /** PostgreSQL rebuilds one that backs an exclusion constraint only under a lock that stops all writes. */
  readonly isExclusion: boolean
  readonly isPartitioned: boolean
  readonly isUnderWay: boolean
  readonly mayRebuild: boolean
  readonly tablespace: number
}

/** One that a session builds right now, in whatever phase. */
export function beingBuilt(index: string, table: string): string {
  return `exists (
    select 1 from pg_stat_progress_create_index p
    where p.index_relid = ${index} or exists (
      select 1 from pg_locks l
      where l.pid = p.pid and l.relation = ${table} and l.mode = 'ShareUpdateExclusiveLock' and l.granted))`
}

/** Owner, superuser, owner of the database, and from 17 on MAINTAIN on the table. */
export const mayRebuildSql = `pg_has_role(t.relowner, 'USAGE') or exists (
    select 1 from pg_database d where d.datname = current_database() and pg_has_role(d.datdba, 'USAGE')
  ) or (case when current_setting('server_version_num')::int >= 170000
        then has_table_privilege(t.oid, 'MAINTAIN') else false end)`

const sql = `
  select * from (
    select c.oid::int8::float8 as oid, n.nspname as schema, t.relname as "table", c.relname as name, ${relationBytes('c')} as bytes,
           c.relkind = 'I' as "isPartitioned", i.indisvalid and i.indisready as "isValid", i.indisexclusion as "isExclusion",
           ${beingBuilt('c.oid', 'i.indrelid')} as "isUnderWay", ${mayRebuildSql} as "mayRebuild",
           coalesce(nullif(c.reltablespace, 0), (select dattablespace from pg_database where datname = current_database()))::int8::float8 as tablespace
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('i', 'I') and n.nspname not in ${systemSchemas} and t.relpersistence <> 't'
      and ($1::oid is null or c.oid = $1) and ($2::text is null or c.relname = $2 or n.nspname || '.' || c.relname = $2)
  ) indexes where bytes >= $3 order by bytes desc`

export interface Wanted {
  readonly oid?: number
  /** As the catalog has it, with its schema or without. */
  readonly name?: string
  readonly minBytes: number
}

export async function rebuildFacts(session: Acting, { oid, name, minBytes }: Wanted): Promise<readonly RebuildFacts[]> {
  return (await session.query<RebuildFacts>(sql, [oid ?? null, name ?? null, minBytes])).rows
}
