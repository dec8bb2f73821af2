import { statisticsSince } from '../indexes/statistics-age.ts'

/**
 * What vacuum and analyze last did for one table, and what would make autovacuum come. Ages in milliseconds; null: not since
 * the statistics began.
 */
export type TableCare = {
  readonly schema: string
  readonly table: string
  readonly vacuumAgeMs: number | null
  readonly analyzeAgeMs: number | null
  /** Dead rows, and at how many autovacuum comes: the table's own threshold and scale factor, or the server's. */
  readonly dead: number
  readonly trigger: number
  /** Rows changed since the last analyze, and since the statistics began. */
  readonly modified: number
  readonly changes: number
  /** Transactions since its oldest row was frozen, and at how many autovacuum freezes it in any case. */
  readonly xidAge: number
  readonly freezeAt: number
  readonly isAutomatic: boolean
  /** Since when all this is counted, as ISO 8601; null when unknown. */
  readonly since: string | null
}

/** The storage parameters of the row `alias` of pg_class, as SQL: jsonb, `{}` when it has none. */
export function ownSettings(alias: string): string {
  return `case when ${alias}.reloptions is null then '{}' else coalesce(
    (select jsonb_object_agg(option_name, option_value) from pg_options_to_table(${alias}.reloptions)), '{}') end`
}

/** The table's own setting (`own`), or the server's; null where the server does not know it yet. As SQL. */
export function careSetting(name: string): string {
  return `coalesce(own ->> '${name}', current_setting('${name}', true))::float8`
}

/**
 * "Automatic Vacuuming" of the manual: threshold + factor × rows, from 18 on at most autovacuum_vacuum_max_threshold. As SQL,
 * of a relation that has `own` and `rows`.
 */
export const vacuumTrigger = `least(
  ${careSetting('autovacuum_vacuum_threshold')} + ${careSetting('autovacuum_vacuum_scale_factor')} * rows,
  nullif(${careSetting('autovacuum_vacuum_max_threshold')}, -1))`

/** A table's own limit counts only when it is the lower one. As SQL, of a relation that has `own`. */
export const xidFreezeAge = `least(
  ${careSetting('autovacuum_freeze_max_age')}, current_setting('autovacuum_freeze_max_age')::float8)`

export const tableCareSql = `
  select schemaname as schema, relname as table,
         (extract(epoch from now() - greatest(last_vacuum, last_autovacuum)) * 1000)::float8 as "vacuumAgeMs",
         (extract(epoch from now() - greatest(last_analyze, last_autoanalyze)) * 1000)::float8 as "analyzeAgeMs",
         n_dead_tup::float8 as dead,
         ${vacuumTrigger} as trigger,
         n_mod_since_analyze::float8 as modified,
         (n_tup_ins + n_tup_upd + n_tup_del)::float8 as changes,
         xid_age as "xidAge",
         ${xidFreezeAge} as "freezeAt",
         current_setting('autovacuum')::bool and coalesce((own ->> 'autovacuum_enabled')::bool, true) as "isAutomatic",
         to_char(${statisticsSince} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since
  from (
    select s.*, greatest(c.reltuples, 0)::float8 as rows,
           case when c.relfrozenxid <> '0'::xid then age(c.relfrozenxid) else 0 end::float8 as xid_age,
           ${ownSettings('c')} as own
    from pg_stat_user_tables s join pg_class c on c.oid = s.relid
  ) tables`

/** The answer to "when was each table last vacuumed?", as it stands in the evidence. */
export function careLines(tables: readonly TableCare[]): string {
  return tables
    .toSorted((a, b) => (b.vacuumAgeMs ?? Number.POSITIVE_INFINITY) - (a.vacuumAgeMs ?? Number.POSITIVE_INFINITY))
    .map((one) => {
      const autovacuum = one.isAutomatic ? `at ${Math.ceil(one.trigger)}` : 'off'
      const xids = `xid age ${one.xidAge} (freeze at ${one.freezeAt})`
      const vacuumed = `vacuum ${ago(one.vacuumAgeMs, one.since)}, analyze ${ago(one.analyzeAgeMs, one.since)}`
      return `${one.schema}.${one.table}: ${vacuumed}; ${one.dead} dead rows, autovacuum ${autovacuum}; ${xids}`
    })
    .join('\n')
}

function ago(ms: number | null, since: string | null): string {
  if (ms === null) return since === null ? 'not counted' : `not since ${since}`
  const [days, hours] = [Math.floor(ms / 86_400_000), Math.floor(ms / 3_600_000) % 24]
  return `${days} d ${hours} h ago`
}
