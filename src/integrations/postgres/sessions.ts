import type { Component } from '../../core/check.ts'
import type { StepContext } from '../../core/context.ts'
import { sha256 } from '../../core/hash.ts'
import { redactSqlLiterals } from '../../core/sql-literals.ts'
import type { Verdict } from '../../core/verdict.ts'
import { type Answer, ask } from './connection.ts'
import type { PostgresOptions } from './options.ts'
import { grantMonitor, hiddenSessions } from './texts.ts'

/** A client session, without the literals of its statement. */
export type Session = {
  readonly pid: number
  readonly user: string
  readonly application: string
  readonly state: string | null
  readonly statement: string
  readonly statementMs: number | null
  readonly transactionMs: number | null
  readonly stateMs: number | null
  readonly waitMs: number | null
  readonly isHidden: boolean
  readonly blockers: readonly number[]
  readonly role: string
}

const sql = `
  select pid, coalesce(usename, '') as user, coalesce(application_name, '') as application, state,
         coalesce(query, '') as statement,
         extract(epoch from clock_timestamp() - query_start) * 1000 as "statementMs",
         extract(epoch from clock_timestamp() - xact_start) * 1000 as "transactionMs",
         extract(epoch from clock_timestamp() - state_change) * 1000 as "stateMs",
         case when wait_event_type = 'Lock' then extract(epoch from clock_timestamp() - query_start) * 1000 end as "waitMs",
         (query = '<insufficient privilege>' or (state is null and backend_type is null)) as "isHidden",
         case when wait_event_type = 'Lock' then pg_blocking_pids(pid) else '{}' end as blockers,
         current_user as role
  from pg_stat_activity
  where (backend_type = 'client backend' or backend_type is null) and pid <> pg_backend_pid()
    and (datname = current_database() or datname is null) and application_name <> 'vigie'`

/** Every session of clients in this database but our own. */
export async function sessions(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Session>> {
  const answer = await ask<Session>(component, { sql }, ctx)
  if (!answer.ok) return answer
  const number = (value: unknown): number | null => (value === null ? null : Number(value))
  const rows = answer.rows.map((row) => ({
    ...row,
    statement: redactSqlLiterals(row.statement).replace(/\s+/g, ' ').trim().slice(0, 200),
    statementMs: number(row.statementMs),
    transactionMs: number(row.transactionMs),
    stateMs: number(row.stateMs),
    waitMs: number(row.waitMs),
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
    remedy: grantMonitor({ role: first.role }),
  }
}

/** The same program doing the same thing is the same subject, whatever its process number. */
export function subjectOf({ application, user, statement }: Session): string {
  return `${application || user}:${sha256(`${user} ${statement}`).slice(0, 10)}`
}
