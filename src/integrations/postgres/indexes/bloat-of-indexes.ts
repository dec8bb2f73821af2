import { VigieError } from '../../../core/errors.ts'
import type { Acting } from '../acting/acting.ts'
import { systemSchemas } from '../identifier.ts'
import { relationBytes } from '../tables/sizes.ts'

/** An index that could be rebuilt, and how much smaller it would be. */
export type RebuildFacts = {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly bytes: number
  /** After a rebuild, an upper bound from statistics; null of what is no B-tree, or has no statistics. */
  readonly expectedBytes: number | null
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

/**
 * An entry is its header of 8 bytes (16 with a null bitmap), its columns with their alignment rounded up, and its line
 * pointer of 4; a leaf page holds them in the block without 40 bytes of its own, up to the fillfactor ("B-Tree Indexes" in
 * the manual). Entries of equal keys are kept together since 13, and rounding goes up: the gain is rather more than this.
 */
const sql = `
  with big as materialized (
    select c.oid, n.nspname as schema, t.relname as "table", c.relname as name, ${relationBytes('c')} as bytes,
           c.relkind = 'I' as "isPartitioned", i.indisvalid and i.indisready as "isValid", i.indisexclusion as "isExclusion",
           ${beingBuilt('c.oid', 'i.indrelid')} as "isUnderWay", ${mayRebuildSql} as "mayRebuild",
           coalesce(nullif(c.reltablespace, 0), (select dattablespace from pg_database where datname = current_database()))::int8::float8 as tablespace,
           c.reltuples::float8 as tuples, m.amname = 'btree' as "isBtree", i.indrelid, i.indkey,
           coalesce((select option_value::float8 from pg_options_to_table(c.reloptions) where option_name = 'fillfactor'), 90) / 100 as fill,
           current_setting('block_size')::float8 as block
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_am m on m.oid = c.relam
    where c.relkind in ('i', 'I') and n.nspname not in ${systemSchemas} and t.relpersistence <> 't'
      and ($1::oid is null or c.oid = $1) and ($2::text is null or c.relname = $2 or n.nspname || '.' || c.relname = $2)
  )
  select big.oid::int8::float8 as oid, schema, "table", name, bytes, "isValid", "isExclusion", "isPartitioned", "isUnderWay", "mayRebuild",
         tablespace,
         case when "isBtree" and tuples >= 0 and keys = known then block * (1 + ceil(1.01 * ceil(
           tuples * (4 + case when "hasNulls" then 16 else 8 end + ceil(width / 8) * 8) / ((block - 40) * fill)))) end as "expectedBytes"
  from big left join lateral (
    select count(*) as keys, count(s.avg_width) as known, bool_or(s.null_frac > 0) as "hasNulls",
           sum((1 - s.null_frac) * case when exists (
             select 1 from pg_attribute o where o.attrelid = big.oid and o.attalign = 'd' and o.attlen > 0
           ) and a.attlen > 0 then 8 * ceil(s.avg_width / 8.0) else s.avg_width end)::float8 as width
    from pg_attribute a
    left join pg_attribute ta on ta.attrelid = big.indrelid and ta.attnum = big.indkey[a.attnum - 1]
    left join pg_stats s on s.schemaname = big.schema and not s.inherited
      and s.tablename = case when ta.attname is null then big.name else big."table" end
      and s.attname = coalesce(ta.attname, a.attname)
    where a.attrelid = big.oid and a.attnum > 0
  ) widths on bytes >= $3
  where bytes >= $3
  order by bytes desc`

export interface Wanted {
  readonly oid?: number
  /** As the catalog has it, with its schema or without. */
  readonly name?: string
  readonly minBytes: number
}

export async function rebuildFacts(session: Acting, { oid, name, minBytes }: Wanted): Promise<readonly RebuildFacts[]> {
  return (await session.query<RebuildFacts>(sql, [oid ?? null, name ?? null, minBytes])).rows
}

/** With a measure of the server itself in the place of the estimate, where pgstattuple is installed and the role may use it. */
export async function measured(session: Acting, facts: RebuildFacts): Promise<RebuildFacts> {
  const found = await session.query<{ call: string | null }>(
    `select case when has_function_privilege(p.oid, 'EXECUTE') then quote_ident(n.nspname) || '.pgstatindex' end as call
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     join pg_depend d on d.objid = p.oid and d.deptype = 'e' join pg_extension e on e.oid = d.refobjid
     where e.extname = 'pgstattuple' and p.proname = 'pgstatindex' and p.proargtypes[0] = 'regclass'::regtype`,
  )
  const call = found.rows[0]?.call
  if (call == null || facts.expectedBytes === null) return facts
  try {
    const { rows } = await session.query<{ bytes: number | null }>(
      `select (s.index_size - leaf_pages * b.block * (1 - least(1, avg_leaf_density / (100 * f.fill)))
               - (empty_pages + deleted_pages) * b.block)::float8 as bytes
       from ${call}($1::oid::regclass) s, (select current_setting('block_size')::float8 as block) b,
            (select coalesce((select option_value::float8 from pg_class c, pg_options_to_table(c.reloptions)
                              where c.oid = $1 and option_name = 'fillfactor'), 90) / 100 as fill) f
       where avg_leaf_density = avg_leaf_density`,
      [facts.oid],
    )
    return { ...facts, expectedBytes: rows[0]?.bytes ?? facts.expectedBytes }
  } catch (error) {
    // Locked, or gone meanwhile: the estimate stands, and it is looked at again before anything is done.
    if (error instanceof VigieError && error.code === 'action-refused') return facts
    throw error
  }
}

/** Bytes that a rebuild gives back; 0 when it is not known. */
export function gainOf({ bytes, expectedBytes }: RebuildFacts): number {
  return expectedBytes === null ? 0 : Math.max(0, bytes - expectedBytes)
}
