import type { Reader } from '../connection/reader.ts'
import { systemSchemas } from '../identifier.ts'
import type { Making } from './index-spec.ts'
import { beingBuilt } from './rebuild-facts.ts'

/** The table of an index, as it is at this moment. */
export type TableSeen = {
  readonly oid: number
  /** `r` a table, `m` a materialized view, `p` partitioned, `f` foreign, `v` a view. */
  readonly kind: string
  readonly isTemporary: boolean
  /** -1 of one that was never analyzed. */
  readonly rows: number
  readonly pages: number
  readonly columns: readonly string[]
}

const tableSql = `
  select c.oid, c.relkind as kind, c.relpersistence = 't' as "isTemporary", c.reltuples::float8 as rows,
         c.relpages::float8 as pages,
         array(select attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               order by attnum) as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $1 and c.relname = $2 and n.nspname not in ${systemSchemas}`

export async function tableSeen(read: Reader, schema: string, table: string): Promise<TableSeen | undefined> {
  return (await read<TableSeen>(tableSql, [schema, table]))[0]
}

/** What has the name of an index in its schema. */
export type IndexSeen = {
  readonly oid: number
  /** '' of what is no index. */
  readonly table: string
  readonly isIndex: boolean
  readonly isValid: boolean
  readonly isPartitioned: boolean
  readonly isBuilding: boolean
  /** Backs a constraint, is a replica identity, or is a part of a partitioned one. */
  readonly isNeeded: boolean
  readonly isUnique: boolean
  /** The name of the partitioned index that it is a part of, with its schema; null when it is none. */
  readonly parentOid: number | null
  /** With those of its parts. */
  readonly bytes: number
  /** From `USING` on; as PostgreSQL prints it. */
  readonly tail: string
  readonly tablespace: string
  /** Its key columns that are no expressions, and how many keys it has. */
  readonly columns: readonly string[]
  readonly keys: number
}

// What stands before USING is written by PostgreSQL in one way only, so it is taken away by its length.
const indexSql = `
  select c.oid, coalesce(t.relname, '') as table, i.indexrelid is not null as "isIndex",
         coalesce(i.indisvalid and i.indisready, false) as "isValid", c.relkind = 'I' as "isPartitioned",
         ${beingBuilt('c.oid', 'i.indrelid')} as "isBuilding",
         coalesce(i.indisprimary or i.indisexclusion or i.indisreplident, false)
           or exists (select 1 from pg_constraint k where k.conindid = c.oid) as "isNeeded",
         coalesce(i.indisunique, false) as "isUnique",
         (select h.inhparent from pg_inherits h where h.inhrelid = c.oid) as "parentOid",
         (with recursive parts as (select c.oid union all
            select h.inhrelid from parts join pg_inherits h on h.inhparent = parts.oid)
          select coalesce(sum(pg_relation_size(parts.oid)), 0) from parts)::float8 as bytes,
         case when i.indexrelid is null then '' else substr(pg_get_indexdef(i.indexrelid), 1 + length(
           format('CREATE %sINDEX %I ON %s%I.%I ', case when i.indisunique then 'UNIQUE ' else '' end, c.relname,
             case when c.relkind = 'I' then 'ONLY ' else '' end, n.nspname, t.relname))) end as tail,
         coalesce((select s.spcname from pg_tablespace s where s.oid = c.reltablespace), '') as tablespace,
         array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality u(number, at)
               join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.number
               where u.at <= i.indnkeyatts order by u.at) as columns,
         coalesce(i.indnkeyatts, 0)::int as keys
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join pg_index i on i.indexrelid = c.oid left join pg_class t on t.oid = i.indrelid
  where n.nspname = $1 and c.relname = $2`

export async function indexSeen(read: Reader, schema: string, name: string): Promise<IndexSeen | undefined> {
  return (await read<IndexSeen>(indexSql, [schema, name]))[0]
}

/** A table below a partitioned one, parents before their partitions. */
export type Partition = {
  readonly schema: string
  readonly table: string
  readonly kind: string
  readonly parentSchema: string
  readonly parentTable: string
}

const partitionsSql = `
  with recursive tree as (
    select $1::oid as oid, null::oid as parent, 0 as depth
    union all select h.inhrelid, h.inhparent, tree.depth + 1 from tree join pg_inherits h on h.inhparent = tree.oid
  )
  select n.nspname as schema, c.relname as table, c.relkind as kind, pn.nspname as "parentSchema", p.relname as "parentTable"
  from tree join pg_class c on c.oid = tree.oid join pg_namespace n on n.oid = c.relnamespace
  join pg_class p on p.oid = tree.parent join pg_namespace pn on pn.oid = p.relnamespace
  order by tree.depth, 1, 2`

export async function partitionsOf(read: Reader, tableOid: number): Promise<readonly Partition[]> {
  return await read<Partition>(partitionsSql, [tableOid])
}

/** How an index that is there was made. */
export function makingSeen(schema: string, name: string, seen: IndexSeen): Making {
  const { table, isUnique, tail, tablespace } = seen
  return { schema, table, name, isUnique, tail, tablespace }
}
