import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { sha256 } from '../../../core/hash.ts'
import { redactSqlLiterals } from '../../../core/sql-literals.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { grantMonitor, hiddenSessions } from '../texts.ts'

/** A session, without the literals of its statement. */
export type Session = {
  readonly pid: number
  readonly user: string
  readonly application: string
  /** A program in this database; the others are here because they hold one up. */
  readonly isClient: boolean
  readonly state: string | null
  readonly statement: string
  readonly statementMs: number | null
  readonly stateMs: number | null
  /** Since when it waits for a lock, before PostgreSQL 14 since its statement began; null when it waits for none. */
  readonly waitMs: number | null
  /** It replays on a standby what the primary writes, its exclusive locks too. */
  readonly isReplay: boolean
  /** The role may not see what it does. */
  readonly isHidden: boolean
  /** Whom it waits for; 0 is a prepared transaction. */
  readonly blockers: readonly number[]
  readonly role: string
}

// Ours by pid, since others may bear our name; by name too, since a pooler lends a backend of ours to others.
// to_jsonb: a column that this version does not have is null, where its name would be an error.
const sql = `
  with activity as (
    -- What a session waits for not every role is shown, who waits for a lock every role is.
    select *, coalesce(wait_event_type = 'Lock',
                       query = '<insufficient privilege>' and pid in (select l.pid from pg_locks l where not l.granted)) as "isWaiting"
    from pg_stat_activity
  ), seen as (
    select *, case when "isWaiting" then pg_blocking_pids(pid) else '{}' end as blockers,
           datname = current_database() and usesysid is not null
             and coalesce(backend_type, 'client backend') = 'client backend' as "isClient",
           coalesce(backend_type = 'startup', false) as "isReplay", query = '<insufficient privilege>' as "isHidden"
    from activity
    where not (pid = any($1::int[]) and application_name = 'vigie')
  )
  select pid, coalesce(usename, '') as user, coalesce(nullif(application_name, ''), backend_type, '') as application,
         coalesce("isClient", false) as "isClient", state, coalesce(query, '') as statement,
         (extract(epoch from clock_timestamp() - query_start) * 1000)::float8 as "statementMs",
         (extract(epoch from clock_timestamp() - state_change) * 1000)::float8 as "stateMs",
         case when "isWaiting" then (extract(epoch from clock_timestamp() - coalesce((
           select min((to_jsonb(l) ->> 'waitstart')::timestamptz) from pg_locks l where l.pid = seen.pid and not l.granted
         ), query_start)) * 1000)::float8 end as "waitMs",
         "isReplay", coalesce("isHidden", false) as "isHidden", blockers, current_user as role
  from seen
  where "isClient" or pid in (
    select unnest(blockers) from seen where datname = current_database() or datname is null)`

/** Every session of clients in this database but those of this run, and whoever holds one of them up. */
export async function sessions(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Session>> {
  const answer = await ask<Session>(component, { sql, values: (ownPids) => [ownPids] }, ctx)
  if (!answer.ok) return answer
  const rows = answer.rows.map((row) => ({
    ...row,
    statement: redactSqlLiterals(row.statement).replace(/\s+/g, ' ').trim().slice(0, 200),
  }))
  return { ...answer, rows }
}

/** Sessions whose state the role may not see leave the question open. */
export function hidden(rows: readonly Session[]): Verdict | undefined {
  const unseen = rows.filter(({ isHidden }) => isHidden)
  const [first] = unseen
  if (first === undefined) return undefined
  return {
    status: 'error',
    reason: hiddenSessions({ count: unseen.length }),
    remedy: grantMonitor({ role: quoted(first.role) }),
  }
}

/** The same program doing the same thing is the same subject, whatever its process number. */
export function subjectOf({ application, user, statement }: Session): string {
  return `${application || user}:${sha256(`${user} ${statement}`).slice(0, 10)}`
}

/** Sessions of the same subject together, each group with its longest first, as `ms` measures them. */
export function bySubject(
  rows: readonly Session[],
  ms: (session: Session) => number,
): readonly { readonly subject: string; readonly longest: Session; readonly count: number }[] {
  return [...Map.groupBy(rows, subjectOf)].flatMap(([subject, group]) => {
    const [longest] = group.toSorted((a, b) => ms(b) - ms(a))
    return longest === undefined ? [] : [{ subject, longest, count: group.length }]
  })
}
