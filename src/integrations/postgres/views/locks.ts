import type { StepContext } from '../../../core/context.ts'
import type { DatabaseLock, Seen } from '../../../core/database.ts'
import { redactSqlLiterals } from '../../../core/sql-literals.ts'
import { ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { couldNotAsk, reachRemedy } from '../texts.ts'

// Who waits for a row waits for the transaction that holds it: the row's table is that of its own lock on the row. The
// one in the way may only stand before it in the queue: then it holds nothing of the same kind yet.
const sql = `
  with waiting as (
    select l.*, a.usename, a.application_name, a.query, a.query_start,
           (to_jsonb(l) ->> 'waitstart')::timestamptz as waits_since,
           coalesce(l.relation, (select t.relation from pg_locks t where t.pid = l.pid and t.locktype = 'tuple' and t.granted limit 1)) as about
    from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where not l.granted and a.datname = current_database()
  )
  select w.pid, coalesce(w.usename, '') as user, coalesce(w.application_name, '') as application,
         coalesce(w.query, '') as statement,
         (extract(epoch from clock_timestamp() - coalesce(w.waits_since, w.query_start)) * 1000)::float8 as "waitMs",
         case when w.locktype in ('transactionid', 'tuple', 'virtualxid') then 'row' when w.locktype = 'relation' then 'table'
              else w.locktype end as what,
         coalesce((select n.nspname || '.' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = w.about), '') as object,
         w.mode as wanted, blocker as "blockerPid",
         coalesce(b.usename::text, (
           select string_agg(distinct p.owner::text, ', ') from pg_prepared_xacts p
           where blocker = 0 and p.database = current_database() and (w.transactionid is null or p.transaction = w.transactionid)
         ), '') as "blockerUser",
         coalesce(nullif(b.application_name, ''), b.backend_type, '') as "blockerApplication",
         case when blocker = 0 then 'prepared' else coalesce(b.state, '') end as "blockerState",
         coalesce(b.query, '') as "blockerStatement",
         (select string_agg(distinct h.mode, ', ') from pg_locks h
          where h.granted and h.pid is not distinct from nullif(blocker, 0) and h.locktype = w.locktype
            and h.database is not distinct from w.database and h.relation is not distinct from w.relation
            and h.page is not distinct from w.page and h.tuple is not distinct from w.tuple
            and h.virtualxid is not distinct from w.virtualxid and h.transactionid is not distinct from w.transactionid
            and h.classid is not distinct from w.classid and h.objid is not distinct from w.objid
            and h.objsubid is not distinct from w.objsubid) as held,
         coalesce(b.query, '') = '<insufficient privilege>' or coalesce(w.query, '') = '<insufficient privilege>' as "isHidden"
  from waiting w
  cross join lateral (select distinct unnest(pg_blocking_pids(w.pid)) as blocker) blockers
  left join pg_stat_activity b on b.pid = blocker
  order by "waitMs" desc nulls last, w.pid, blocker`

type Row = DatabaseLock & { readonly [key: string]: unknown }

/** Who waits for which lock on what, and who is in the way: the longest wait first. */
export async function locksView(options: PostgresOptions, ctx: StepContext): Promise<Seen<DatabaseLock>> {
  const answer = await ask<Row>({ name: '', system: '', options }, { sql }, ctx)
  if (!answer.ok) {
    const { refusal: why, detail } = answer
    return { ok: false, reason: couldNotAsk({ why, detail }), remedy: reachRemedy({ why }) }
  }
  const rows = answer.rows.map((row) => ({
    ...row,
    statement: withoutLiterals(row.statement),
    blockerStatement: withoutLiterals(row.blockerStatement),
  }))
  return { ok: true, rows, notes: [] }
}

function withoutLiterals(statement: string): string {
  return redactSqlLiterals(statement).replace(/\s+/g, ' ').trim().slice(0, 200)
}
