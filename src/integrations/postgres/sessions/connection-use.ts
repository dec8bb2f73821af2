import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'

/** Connections of programs that have user, database, application and state in common. */
export type ConnectionGroup = {
  readonly user: string
  readonly database: string
  readonly application: string
  /** `unknown` where the role may not see it. */
  readonly state: string
  readonly count: number
  /** How many connections programs can get in all. */
  readonly usable: number
  /** Who asks. */
  readonly role: string
}

/** A limit of a role or a database of its own, and how many connections count for it. */
export type ConnectionLimit = {
  readonly type: 'role' | 'database'
  readonly name: string
  readonly allowed: number
  readonly count: number
}

// What superusers and, from 16 on, roles with pg_use_reserved_connections keep for themselves no program gets.
const groupsSql = `
  select coalesce(usename::text, '') as user, coalesce(datname::text, '') as database,
         coalesce(application_name, '') as application, coalesce(state, 'unknown') as state, count(*)::int as count,
         current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true)::int, 0) as usable, current_user::text as role
  from pg_stat_activity
  where usesysid is not null and coalesce(backend_type, 'client backend') = 'client backend'
  group by 1, 2, 3, 4 order by 5 desc, 1, 2, 3, 4`

// They do not hold for superusers. A database that was not dropped to its end has the limit -2.
const limitsSql = `
  with clients as (
    select usesysid, datid from pg_stat_activity
    where usesysid is not null and coalesce(backend_type, 'client backend') = 'client backend'
  )
  select 'role' as type, rolname::text as name, rolconnlimit as allowed,
         (select count(*)::int from clients where usesysid = r.oid) as count
  from pg_roles r where rolconnlimit >= 0 and rolcanlogin and not rolsuper
  union all
  select 'database', datname::text, datconnlimit, (select count(*)::int from clients where datid = d.oid)
  from pg_database d where datconnlimit >= 0 and datallowconn
  order by 1, 2`

export interface ConnectionUse {
  readonly groups: Answer<ConnectionGroup>
  readonly limits: Answer<ConnectionLimit>
}

export async function connectionUse(component: Component<PostgresOptions>, ctx: StepContext): Promise<ConnectionUse> {
  const groups = await ask<ConnectionGroup>(component, { sql: groupsSql }, ctx)
  if (groups.ok)
    ctx.record({ what: 'connections by user, database, application and state', output: lines(groups.rows) })
  return { groups, limits: groups.ok ? await ask<ConnectionLimit>(component, { sql: limitsSql }, ctx) : groups }
}

function lines(groups: readonly ConnectionGroup[]): string {
  return groups
    .slice(0, 200)
    .map(
      ({ user, database, application, state, count }) => `${count} ${user}@${database} ${application || '–'} ${state}`,
    )
    .join('\n')
}
