import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask, ownMark } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import type { Counters, Entry, State } from './state.ts'

/** What there is of the extension, in this database and in the server. */
export type Extension = {
  /** It is in `shared_preload_libraries`, so that the server counts. */
  readonly isLoaded: boolean
  /** Its files are on the server. */
  readonly isAvailable: boolean
  /** Where it was created in this database; null when it was not. */
  readonly schema: string | null
  /** Columns of its view: they follow the version that was created, which may be older than the server. */
  readonly columns: readonly string[]
  readonly hasInfo: boolean
  /** `none` counts nothing. */
  readonly track: string | null
  /** `off` counts nothing from 14 on. */
  readonly queryIds: string | null
  readonly role: string
}

/** One look, or as far as it came. */
export interface Reading {
  readonly extension: Answer<Extension>
  /** Undefined when there was nothing to ask. */
  readonly rows: Answer<ReadRow> | undefined
}

/** A statement that is kept (`id` is set), or what is to be known of all: exactly one row without `id`. */
export type ReadRow = Entry & {
  readonly user: string | null
  readonly head: Head | null
}

type Head = {
  readonly server: string
  readonly atMs: number
  readonly resetMs: number | null
  readonly evictions: number | null
  /** Entries of this database, ours and those not kept included. */
  readonly seen: number
  /** Those of other roles that the role may not read. */
  readonly hidden: number
  readonly rest: Counters & { readonly count: number }
}

/** The server's own default limit is as high (pg_stat_statements.max). */
export const keptEntries = 5000

// The setting exists only where the library was loaded at the start; shared_preload_libraries itself not every role may read.
const extensionSql = `
  select exists (select 1 from pg_settings where name = 'pg_stat_statements.max') as "isLoaded",
         exists (select 1 from pg_available_extensions where name = 'pg_stat_statements') as "isAvailable",
         (select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace
          where e.extname = 'pg_stat_statements') as schema,
         array(select a.attname::text from pg_extension e
               join pg_class c on c.relnamespace = e.extnamespace and c.relname = 'pg_stat_statements'
               join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
               where e.extname = 'pg_stat_statements') as columns,
         exists (select 1 from pg_extension e
                 join pg_class c on c.relnamespace = e.extnamespace and c.relname = 'pg_stat_statements_info'
                 where e.extname = 'pg_stat_statements') as "hasInfo",
         current_setting('pg_stat_statements.track', true) as track,
         current_setting('compute_query_id', true) as "queryIds",
         current_user as role`

/** What there is to read. */
export function readExtension(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Extension>> {
  return ask<Extension>(component, { sql: extensionSql }, ctx)
}

/**
 * Reads what the server has counted of the statements of this database, without those of Vigie itself, which bear its mark.
 * Texts stay on the server.
 */
export async function readStatements(component: Component<PostgresOptions>, ctx: StepContext): Promise<Reading> {
  const extension = await readExtension(component, ctx)
  const found = extension.ok ? extension.rows[0] : undefined
  if (found === undefined || found.schema === null || !found.isLoaded) return { extension, rows: undefined }
  const sql = statementsSql(found.schema, found)
  return { extension, rows: await ask<ReadRow>(component, { sql, values: () => [keptEntries] }, ctx) }
}

/** The name of the view, as SQL needs it. */
export function viewIn(schema: string): string {
  return quoted(schema, 'pg_stat_statements')
}

function statementsSql(schema: string, { columns, hasInfo }: Pick<Extension, 'columns' | 'hasInfo'>): string {
  const has = (name: string): boolean => columns.includes(name)
  const time = has('total_exec_time') ? 'exec_time' : 'time'
  const info = (column: string): string =>
    hasInfo ? `(select ${column} from ${quoted(schema, 'pg_stat_statements_info')})` : 'null'
  // With the time of the last reset a server is told from its standby; without it, by where it stands.
  const place = hasInfo
    ? "''"
    : "concat('/', pg_is_in_recovery(), '/', host(inet_server_addr()), '/', inet_server_port())"
  const counters = ['calls', 'totalMs', 'rows', 'hitBlocks', 'readBlocks', 'tempBytes']
  const sums = counters.map((name) => `'${name}', coalesce(sum("${name}") filter (where rank > $1::int), 0)`).join(', ')
  return `
    with seen as (
      select userid::text as "userId", queryid::text as id, ${has('toplevel') ? 'toplevel' : 'true'} as "isTop",
             ${has('stats_since') ? epochMs('stats_since') : 'null::float8'} as "sinceMs",
             max_${time}::float8 as "maxMs", calls::float8 as calls, total_${time}::float8 as "totalMs",
             rows::float8 as rows, shared_blks_hit::float8 as "hitBlocks", shared_blks_read::float8 as "readBlocks",
             temp_blks_written::float8 * current_setting('block_size')::int as "tempBytes",
             queryid is null as "isHidden",
             coalesce(query like '%${ownMark}%', false)
               and userid = (select oid from pg_roles where rolname = current_user) as "isOwn"
      from ${viewIn(schema)}
      where dbid = (select oid from pg_database where datname = current_database())
    ), ranked as (
      select *, row_number() over (order by "totalMs" desc, calls desc, id) as rank
      from seen where not "isOwn" and not "isHidden"
    )
    select "userId", id, "isTop", "sinceMs", "maxMs", ${counters.map((name) => `"${name}"`).join(', ')},
           (select rolname::text from pg_roles where oid = "userId"::oid) as user, null::jsonb as head
    from ranked where rank <= $1::int
    union all
    select '', null, true, null, 0, 0, 0, 0, 0, 0, 0, null, jsonb_build_object(
      'server', concat((select system_identifier from pg_control_system()), '/',
                       (select oid from pg_database where datname = current_database()), ${place}),
      'atMs', ${epochMs('clock_timestamp()')}, 'resetMs', ${epochMs(info('stats_reset'))},
      'evictions', ${info('dealloc')},
      'seen', (select count(*) from seen), 'hidden', (select count(*) filter (where "isHidden") from seen),
      'rest', (select jsonb_build_object('count', count(*) filter (where rank > $1::int), ${sums}) from ranked))`
}

function epochMs(time: string): string {
  return `(extract(epoch from ${time}::timestamptz) * 1000)::float8`
}

/** What was read, in the shape that is kept; undefined when the row on the whole is missing. */
export function stateOf(rows: readonly ReadRow[]): { readonly state: State; readonly head: Head } | undefined {
  const head = rows.find((row) => row.head !== null)?.head
  if (head === undefined || head === null) return undefined
  const entries = rows.filter((row) => row.head === null)
  const users = Object.fromEntries(entries.map(({ userId, user }) => [userId, user ?? userId]))
  const { server, atMs, resetMs, evictions, rest } = head
  return {
    head,
    state: {
      ...{ server, atMs, resetMs, evictions, users, rest },
      entries: entries.map(({ user: _, head: __, ...entry }) => ({ ...entry, totalMs: rounded(entry.totalMs) })),
    },
  }
}

/** To the microsecond: more digits are noise, and thousands of them are kept. */
function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
