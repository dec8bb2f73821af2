import { relationBytes } from './sizes.ts'

/** What the server counts of one table, and when autovacuum would come to it. */
export type TableNeedFacts = {
  readonly oid: number
  readonly schema: string
  readonly table: string
  /** It stands for its partitions: autovacuum never analyzes it. */
  readonly isPartitioned: boolean
  /** As the planner takes it, from the last vacuum or analyze; `live` is what the server has counted since. */
  readonly rows: number
  readonly live: number
  readonly dead: number
  readonly vacuumAt: number
  readonly inserted: number
  /** Null before PostgreSQL 13, and where inserts bring no vacuum. */
  readonly insertAt: number | null
  readonly modified: number
  readonly analyzeAt: number
  readonly isAnalyzed: boolean
  /** Transactions, and multixacts, since its oldest row was frozen (its TOAST table's too), each against its limit: 1 is due. */
  readonly freezeRatio: number
  /** Somebody vacuums or analyzes it right now. */
  readonly isUnderWay: boolean
  readonly mayMaintain: boolean
}

export const needs = ['freeze', 'dead', 'inserts', 'stale', 'never-analyzed'] as const
export type Need = (typeof needs)[number]

export interface CareNeeded {
  readonly facts: TableNeedFacts
  /** Why, the most urgent first. */
  readonly why: readonly Need[]
  /** Statistics alone, or the rows too. */
  readonly how: 'vacuum' | 'analyze'
  /** How far beyond its own limits it is: the worst of what it needs. */
  readonly urgency: number
}

export interface CareLimits {
  /** Of autovacuum_freeze_max_age. */
  readonly freezeRatio: number
  /** Rows below which nothing is worth the while. */
  readonly minRows: number
}

/**
 * What needs care, the worst first: dead rows, inserted rows and changes beyond the table's own trigger ("Automatic
 * Vacuuming" in the manual), a freeze that nears its limit, and statistics that never were. What is under way is left.
 */
export function careNeeded(tables: readonly TableNeedFacts[], limits: CareLimits): readonly CareNeeded[] {
  return tables
    .flatMap((facts): readonly CareNeeded[] => {
      if (facts.isUnderWay) return []
      const found = needsOf(facts, limits)
      if (found.length === 0) return []
      const why = needs.filter((need) => found.some((one) => one.need === need))
      const how = why.some((need) => need !== 'stale' && need !== 'never-analyzed') ? 'vacuum' : 'analyze'
      return [{ facts, why, how, urgency: Math.max(...found.map(({ urgency }) => urgency)) }]
    })
    .toSorted((a, b) => b.urgency - a.urgency || nameOf(a).localeCompare(nameOf(b)))
}

/** A freeze that is due comes before everything else: at its end the server takes no more writes. */
const freezeWeight = 1000

function needsOf(facts: TableNeedFacts, { freezeRatio, minRows }: CareLimits): { need: Need; urgency: number }[] {
  const { dead, vacuumAt, inserted, insertAt, modified, analyzeAt, isAnalyzed } = facts
  const over = (value: number, at: number): number => value / Math.max(1, at)
  const all: { need: Need; urgency: number }[] = []
  const changed = facts.isPartitioned ? facts.rows : modified
  if (!facts.isPartitioned) {
    if (facts.freezeRatio >= freezeRatio) {
      const weight = facts.freezeRatio >= 1 ? freezeWeight : 1
      all.push({ need: 'freeze', urgency: facts.freezeRatio * weight })
    }
    if (dead > vacuumAt && dead >= minRows) all.push({ need: 'dead', urgency: over(dead, vacuumAt) })
    if (insertAt !== null && inserted > insertAt && inserted >= minRows)
      all.push({ need: 'inserts', urgency: over(inserted, insertAt) })
    if (isAnalyzed && modified > analyzeAt && modified >= minRows)
      all.push({ need: 'stale', urgency: over(modified, analyzeAt) })
  }
  if (!isAnalyzed && changed >= Math.max(1, minRows))
    all.push({ need: 'never-analyzed', urgency: Math.max(1, over(changed, analyzeAt)) })
  return all
}

function nameOf({ facts: { schema, table } }: CareNeeded): string {
  return `${schema}.${table}`
}

/** The table's own setting, or the server's; null where the server does not know it. */
const setting = (name: string): string => `coalesce(own ->> '${name}', current_setting('${name}', true))::float8`

/**
 * Every table and materialized view, or the one whose oid is `$1`. to_jsonb: a column that this version does not have is
 * null, where its name would be an error. Owner, superuser, owner of the database, and from 17 on MAINTAIN may do it.
 */
export const tableNeedsSql = `
  select oid::int8::float8 as oid, schema, "table", "isPartitioned", rows, live, dead,
         least(
           ${setting('autovacuum_vacuum_threshold')} + ${setting('autovacuum_vacuum_scale_factor')} * rows,
           nullif(${setting('autovacuum_vacuum_max_threshold')}, -1)
         ) as "vacuumAt",
         inserted,
         case when ${setting('autovacuum_vacuum_insert_threshold')} >= 0 then
           ${setting('autovacuum_vacuum_insert_threshold')} + ${setting('autovacuum_vacuum_insert_scale_factor')} * rows
         end as "insertAt",
         modified,
         ${setting('autovacuum_analyze_threshold')} + ${setting('autovacuum_analyze_scale_factor')} * rows as "analyzeAt",
         "isAnalyzed",
         greatest(
           xids / least(${setting('autovacuum_freeze_max_age')}, current_setting('autovacuum_freeze_max_age')::float8),
           mxids / least(${setting('autovacuum_multixact_freeze_max_age')}, current_setting('autovacuum_multixact_freeze_max_age')::float8)
         ) as "freezeRatio",
         "isUnderWay", "mayMaintain"
  from (
    select c.oid, n.nspname as schema, c.relname as table, c.relkind = 'p' as "isPartitioned",
           case when c.relkind = 'p' then coalesce((
             with recursive parts as (
               select h.inhrelid from pg_inherits h where h.inhparent = c.oid
               union all select h.inhrelid from parts join pg_inherits h on h.inhparent = parts.inhrelid
             ) select sum(greatest(l.reltuples, pg_stat_get_live_tuples(l.oid))) from parts join pg_class l on l.oid = parts.inhrelid where l.relkind = 'r'
           ), 0) else greatest(c.reltuples, 0) end::float8 as rows,
           coalesce(s.n_live_tup, 0)::float8 as live, coalesce(s.n_dead_tup, 0)::float8 as dead, coalesce((to_jsonb(s) ->> 'n_ins_since_vacuum')::float8, 0) as inserted,
           coalesce(s.n_mod_since_analyze, 0)::float8 as modified,
           case when c.relkind = 'p' then exists (
             select 1 from pg_stats p where p.schemaname = n.nspname and p.tablename = c.relname and p.inherited
           ) or coalesce(s.last_analyze, s.last_autoanalyze) is not null
           else coalesce(s.last_analyze, s.last_autoanalyze) is not null or (s.n_mod_since_analyze > 0 and exists (
             -- A reset of the counters forgets the time, and not what was found.
             select 1 from pg_stats p where p.schemaname = n.nspname and p.tablename = c.relname and not p.inherited
           )) end as "isAnalyzed",
           greatest(case when c.relfrozenxid <> '0'::xid then age(c.relfrozenxid) else 0 end,
                    case when t.relfrozenxid <> '0'::xid then age(t.relfrozenxid) else 0 end)::float8 as xids,
           greatest(case when c.relminmxid <> '0'::xid then mxid_age(c.relminmxid) else 0 end,
                    case when t.relminmxid <> '0'::xid then mxid_age(t.relminmxid) else 0 end)::float8 as mxids,
           coalesce((select jsonb_object_agg(option_name, option_value) from pg_options_to_table(c.reloptions)), '{}') as own,
           c.oid in (select relid from pg_stat_progress_vacuum union select relid from pg_stat_progress_analyze) as "isUnderWay",
           pg_has_role(c.relowner, 'USAGE') or exists (
             select 1 from pg_database d where d.datname = current_database() and pg_has_role(d.datdba, 'USAGE')
           ) or (case when current_setting('server_version_num')::int >= 170000
                 then has_table_privilege(c.oid, 'MAINTAIN') else false end) as "mayMaintain"
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_class t on t.oid = c.reltoastrelid
    left join pg_stat_all_tables s on s.relid = c.oid
    where c.relkind in ('r', 'm', 'p') and c.relpersistence <> 't'
      and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
      and ($1::oid is null or c.oid = $1::oid)
  ) tables`

/** Rows that are dead, and the bytes of the table with its TOAST table and without its indexes, of the oids in `$1`. */
export const tableFiguresSql = `
  select c.oid::int8::float8 as oid,
         ${relationBytes('c')} + coalesce((select ${relationBytes('t')} from pg_class t where t.oid = c.reltoastrelid), 0) as bytes,
         coalesce(s.n_dead_tup, 0)::float8 as dead,
         coalesce(s.vacuum_count, 0)::float8 as vacuums, coalesce(s.analyze_count, 0)::float8 as analyzes
  from pg_class c left join pg_stat_all_tables s on s.relid = c.oid where c.oid = any($1::oid[])`

export type TableFigures = {
  readonly oid: number
  readonly bytes: number
  readonly dead: number
  /** By hand, since the statistics began. */
  readonly vacuums: number
  readonly analyzes: number
}
