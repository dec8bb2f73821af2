import { systemSchemas } from '../identifier.ts'
import { careSetting, ownSettings, vacuumTrigger, xidFreezeAge } from '../tables/table-care.ts'

export const works = ['vacuum', 'insert', 'analyze', 'freeze'] as const
/** What autovacuum has to do: remove dead rows, mark new ones as seen by all, count again, freeze old ones. */
export type Work = (typeof works)[number]

/** A table, or the TOAST of one, with what autovacuum counts for it and at how much it comes; null: never for that. */
export type DueRow = {
  readonly total: number
  /** Of all that are due, though only the first `dueLimit` come one by one; their TOAST counts for itself. */
  readonly dueTotal: number
  /** Null when no table is due. */
  readonly schema: string | null
  readonly table: string
  readonly isToast: boolean
  readonly isAutomatic: boolean
  readonly vacuum: number
  readonly vacuumAt: number
  readonly insert: number
  readonly insertAt: number | null
  readonly analyze: number
  readonly analyzeAt: number
  readonly freeze: number
  readonly freezeAt: number
  readonly vacuumAgeMs: number | null
  readonly analyzeAgeMs: number | null
  /** Pages that a vacuum that goes on has done, 0 to 1; null when none is at it. */
  readonly doneRatio: number | null
}

/** The furthest past their trigger: of so many it is kept since when they wait. */
export const dueLimit = 5000

const ageMs = (times: string): string => `(extract(epoch from now() - ${times}) * 1000)::float8`

/**
 * "The Autovacuum Daemon" of the manual, by the settings of each table or those of the server. From 18 on the pages that are
 * frozen already do not count for the trigger of inserts. Multixacts count like transactions.
 */
export const dueSql = `
  with counted as materialized (
    select c.oid, coalesce(mn.nspname, n.nspname) as schema, coalesce(m.relname, c.relname) as "table", c.relkind = 't' as "isToast",
           greatest(c.reltuples, 0)::float8 as rows, greatest(c.relpages, 1)::float8 as pages,
           case when c.relkind = 't' and c.reloptions is null then ${ownSettings('m')} else ${ownSettings('c')} end as own,
           pg_stat_get_dead_tuples(c.oid)::float8 as n_vacuum, pg_stat_get_ins_since_vacuum(c.oid)::float8 as n_insert,
           case when c.relkind = 't' then 0 else pg_stat_get_mod_since_analyze(c.oid) end::float8 as n_analyze,
           case when c.relfrozenxid <> '0'::xid then age(c.relfrozenxid) else 0 end::float8 as xids,
           case when c.relminmxid <> '0'::xid then mxid_age(c.relminmxid) else 0 end::float8 as multixacts,
           ${ageMs('greatest(pg_stat_get_last_vacuum_time(c.oid), pg_stat_get_last_autovacuum_time(c.oid))')} as "vacuumAgeMs",
           ${ageMs('greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid))')} as "analyzeAgeMs"
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    left join pg_class m on c.relkind = 't' and m.reltoastrelid = c.oid
    left join pg_namespace mn on mn.oid = m.relnamespace
    where c.relkind in ('r', 'm', 't') and c.relpersistence <> 't' and coalesce(mn.nspname, n.nspname) not in ${systemSchemas}
  ), limits as (
    select *, coalesce((own ->> 'autovacuum_enabled')::bool, true) as "isAutomatic",
           ${vacuumTrigger} as "vacuumAt",
           nullif(${careSetting('autovacuum_vacuum_insert_threshold')}, -1) as base,
           ${careSetting('autovacuum_vacuum_insert_scale_factor')} * rows as factor,
           ${careSetting('autovacuum_analyze_threshold')} + ${careSetting('autovacuum_analyze_scale_factor')} * rows as "analyzeAt",
           greatest(xids / ${xidFreezeAge}, multixacts / least(${careSetting('autovacuum_multixact_freeze_max_age')},
             current_setting('autovacuum_multixact_freeze_max_age')::float8)) as aged,
           ${xidFreezeAge} as "freezeAt"
    from counted
  ), all_limits as (
    select *, aged * "freezeAt" as n_freeze,
           -- Only of those that may be due: the whole row is a dear thing to read.
           case when n_insert > base then base + factor * (
             select 1 - coalesce((to_jsonb(c) ->> 'relallfrozen')::float8, 0) / l.pages from pg_class c where c.oid = l.oid
           ) else base + factor end as "insertAt"
    from limits l
  ), due as (
    select * from all_limits where n_vacuum > "vacuumAt" or n_insert > "insertAt" or n_analyze > "analyzeAt" or n_freeze > "freezeAt"
  )
  select t.total, (select count(*)::float8 from due) as "dueTotal", d.schema, d."table", d."isToast", d."isAutomatic", d.n_vacuum as "vacuum", d."vacuumAt", d.n_insert as "insert", d."insertAt",
         d.n_analyze as "analyze", d."analyzeAt", d.n_freeze as "freeze", d."freezeAt", d."vacuumAgeMs", d."analyzeAgeMs",
         (select p.heap_blks_scanned / greatest(p.heap_blks_total, 1)::float8 from pg_stat_progress_vacuum p where p.relid = d.oid limit 1) as "doneRatio"
  from (select count(*)::float8 as total from counted where not "isToast") t left join due d on true
  order by greatest(d.n_vacuum / greatest(d."vacuumAt", 1), d.n_analyze / greatest(d."analyzeAt", 1), d.n_insert / greatest(d."insertAt", 1), 100 * d.aged) desc nulls last, d.oid
  limit ${dueLimit}`

/** What the whole server does about it. */
export type Server = {
  readonly isOn: boolean
  readonly workers: number
  readonly maxWorkers: number
  /** What the workers are at, as far as the role may see. */
  readonly busyWith: readonly string[]
  /** After so much work (pages have a cost) it sleeps so long: 0 is no rest. */
  readonly delayMs: number
  readonly costLimit: number
  /** The role sees what others do. */
  readonly seesAll: boolean
}

export const serverSql = `
  select current_setting('autovacuum')::bool as "isOn", current_setting('autovacuum_max_workers')::float8 as "maxWorkers",
         (select count(*)::float8 from pg_stat_activity where backend_type = 'autovacuum worker') as workers,
         (select coalesce(jsonb_agg(left(query, 100) order by pid), '[]') from pg_stat_activity
          where backend_type = 'autovacuum worker' and query <> '') as "busyWith",
         (select coalesce(nullif(a.setting::float8, -1), v.setting::float8) from pg_settings a, pg_settings v
          where a.name = 'autovacuum_vacuum_cost_delay' and v.name = 'vacuum_cost_delay') as "delayMs",
         (select coalesce(nullif(a.setting::float8, -1), v.setting::float8) from pg_settings a, pg_settings v
          where a.name = 'autovacuum_vacuum_cost_limit' and v.name = 'vacuum_cost_limit') as "costLimit",
         pg_has_role(current_user, 'pg_read_all_stats', 'usage') as "seesAll"`
