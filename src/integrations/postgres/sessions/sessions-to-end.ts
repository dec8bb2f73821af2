import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { redactSqlLiterals } from '../../../core/sql-literals.ts'
import type { Acting } from '../acting/acting.ts'

const noSession = message<{ pid: number }>('postgres.no-session', {
  en: (p) => `there is no session ${p.pid}`,
  fr: (p) => `il n'y a pas de session ${p.pid}`,
})
const noSessionRemedy = message('postgres.no-session-remedy', {
  en: () => 'See which there are: vigie db activity',
  fr: () => 'Voyez lesquelles existent : vigie db activity',
})
const protectedSession = message<{ pid: number; why: Protection }>('postgres.protected-session', {
  en: (p) => `session ${p.pid} is not to be ended: ${english[p.why]}`,
  fr: (p) => `la session ${p.pid} ne doit pas être terminée : ${french[p.why]}`,
})
const protectedRemedy = message<{ pid: number }>('postgres.protected-session-remedy', {
  en: (p) => `If you are sure: SELECT pg_terminate_backend(${p.pid}); in psql`,
  fr: (p) => `Si vous êtes certain : SELECT pg_terminate_backend(${p.pid}); dans psql`,
})
export const sessionTexts = [noSession, noSessionRemedy, protectedSession, protectedRemedy]

type Protection = 'own' | 'replication' | 'superuser' | 'dump' | 'background' | 'hidden'
const english: Readonly<Record<Protection, string>> = {
  own: "it is Vigie's own",
  replication: 'it feeds a replica',
  superuser: 'it is of a superuser',
  dump: 'it makes a backup',
  background: 'it is a process of PostgreSQL itself',
  hidden: 'the role may not see what it is',
}
const french: Readonly<Record<Protection, string>> = {
  own: 'c’est celle de Vigie',
  replication: 'elle alimente un réplica',
  superuser: 'elle appartient à un superutilisateur',
  dump: 'elle fait une sauvegarde',
  background: 'c’est un processus de PostgreSQL lui-même',
  hidden: 'le rôle ne voit pas ce que c’est',
}

/** A session that may be ended, as it was when it was looked at. A process number is given again: the start tells. */
export type Target = {
  readonly pid: number
  /** As text, to the microsecond. */
  readonly startedAt: string
  readonly user: string
  readonly application: string
  readonly state: string
  readonly statement: string
  /** When its statement began, as text; '' before the first. */
  readonly statementAt: string
  readonly statementMs: number
  readonly stateMs: number
  readonly protection: Protection | null
}

const sql = `
  select a.pid, coalesce(backend_start::text, '') as "startedAt", coalesce(a.usename, '') as user,
         coalesce(application_name, '') as application, coalesce(state, '') as state, coalesce(query, '') as statement,
         coalesce(query_start::text, '') as "statementAt",
         coalesce((extract(epoch from clock_timestamp() - query_start) * 1000)::float8, 0) as "statementMs",
         coalesce((extract(epoch from clock_timestamp() - state_change) * 1000)::float8, 0) as "stateMs",
         case when application_name = 'vigie' then 'own'
              when backend_start is null then 'hidden'
              when backend_type = 'walsender' then 'replication'
              when backend_type <> 'client backend' then 'background'
              when application_name in ('pg_dump', 'pg_dumpall', 'pg_basebackup', 'pg_restore', 'pgbackrest', 'wal-g', 'barman')
                or application_name like 'pgBackRest%' then 'dump'
              when r.rolsuper then 'superuser' end as protection
  from pg_stat_activity a left join pg_roles r on r.oid = a.usesysid`

/** The sessions of these process numbers, or all of this database's clients. */
export async function targets(session: Acting, pids: readonly number[] | 'all'): Promise<readonly Target[]> {
  const where = pids === 'all' ? 'where a.datname = current_database()' : 'where a.pid = any($1::int[])'
  const { rows } = await session.query<Target>(`${sql} ${where} order by a.pid`, pids === 'all' ? [] : [pids])
  return rows.map((row) => ({
    ...row,
    statement: redactSqlLiterals(row.statement).replace(/\s+/g, ' ').trim().slice(0, 200),
  }))
}

/** The one session. Throws `action-refused` when there is none, or when it is to be left alone. */
export async function endable(session: Acting, pid: number): Promise<Target> {
  const [target] = await targets(session, [pid])
  if (target === undefined) throw new VigieError('action-refused', noSession({ pid }), { hint: noSessionRemedy({}) })
  if (target.protection === null) return target
  throw new VigieError('action-refused', protectedSession({ pid, why: target.protection }), {
    hint: protectedRemedy({ pid }),
  })
}
