import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import { isMark, isSideName } from './restore-names.ts'

/** The server, as our role sees it. */
export interface ServerLook {
  readonly role: string
  readonly isSuperuser: boolean
  readonly mayCreate: boolean
  readonly isStandby: boolean
  readonly databases: ReadonlySet<string>
}

/** A database as it stands. A type: it is a row. */
export type DatabaseLook = {
  readonly oid: string
  readonly owner: string
  readonly isOurs: boolean
  readonly tablespace: string
  readonly comment: string | null
  /** Sessions of clients in it. */
  readonly sessions: number
  /** Users of sessions that are not to be ended: they make a backup or feed a replica. */
  readonly busy: readonly string[]
  /** Replication slots, subscriptions and prepared transactions of it. */
  readonly ties: readonly string[]
  readonly connectionLimit: number
}

export type Leftover = { readonly database: string; readonly oid: string; readonly mark: string | null }

const serverSql = `
  select current_user::text as role, r.rolsuper as "isSuperuser", r.rolcreatedb or r.rolsuper as "mayCreate",
         pg_is_in_recovery() as "isStandby", array(select datname::text from pg_database) as names
  from pg_roles r where r.rolname = current_user`

export async function lookAtServer(session: Acting): Promise<ServerLook> {
  const { rows } = await session.query<Omit<ServerLook, 'databases'> & { names: readonly string[] }>(serverSql)
  const [row] = rows
  const none = { role: '', isSuperuser: false, mayCreate: false, isStandby: false, names: [] }
  const { names, ...rest } = row ?? none
  return { ...rest, databases: new Set(names) }
}

// Names of programs that copy: as those of sessions that are never ended.
const databaseSql = `
  select d.oid::text as oid, pg_get_userbyid(d.datdba)::text as owner, pg_has_role(d.datdba, 'USAGE') as "isOurs",
         t.spcname::text as tablespace, shobj_description(d.oid, 'pg_database') as comment,
         (select count(*)::int from pg_stat_activity a where a.datid = d.oid and a.backend_type = 'client backend') as sessions,
         array(select distinct coalesce(a.usename::text, '') from pg_stat_activity a where a.datid = d.oid and (a.backend_type = 'walsender'
               or a.application_name in ('pg_dump', 'pg_dumpall', 'pg_basebackup', 'pgbackrest', 'wal-g', 'barman'))) as busy,
         array(select slot_name::text from pg_replication_slots where database = d.datname
               union all select subname::text from pg_subscription where subdbid = d.oid and subenabled
               union all select gid from pg_prepared_xacts where database = d.datname) as ties,
         d.datconnlimit as "connectionLimit"
  from pg_database d join pg_tablespace t on t.oid = d.dattablespace where d.datname = $1`

/** Undefined when there is none of that name. */
export async function lookAtDatabase(session: Acting, name: string): Promise<DatabaseLook | undefined> {
  return (await session.query<DatabaseLook>(databaseSql, [name])).rows[0]
}

const sideSql = `
  select d.datname::text as database, d.oid::text as oid, shobj_description(d.oid, 'pg_database') as mark
  from pg_database d
  where d.datname like 'vigie\\_restore\\_%' and pg_has_role(d.datdba, 'USAGE')
    and not exists (select 1 from pg_stat_activity a where a.datid = d.oid)
  order by 1`

/**
 * What restores that were killed left half done, and nobody is connected to. One without our mark was killed between its two
 * first statements.
 */
export async function lookForLeftovers(session: Acting): Promise<readonly Leftover[]> {
  const { rows } = await session.query<Leftover>(sideSql)
  return rows.filter(({ database, mark }) => isSideName(database) && (mark === null || isMark(mark)))
}

/** Drops it when it is still the one, and still nobody's; whether it did. */
export async function dropLeftover(session: Acting, { database, oid, mark }: Leftover): Promise<boolean> {
  const found = (await lookForLeftovers(session)).some(
    (one) => one.database === database && one.oid === oid && one.mark === mark,
  )
  // Without FORCE: whoever has come meanwhile stays, and the server refuses.
  if (found) await session.query(`drop database ${quoted(database)}`)
  return found
}
