import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import { literal } from './literal.ts'

/** Lists whose stored value is SQL already, each name quoted: variable_is_guc_list_quote of pg_dump. */
const lists: ReadonlySet<string> = new Set([
  ...['local_preload_libraries', 'search_path', 'session_preload_libraries', 'shared_preload_libraries'],
  ...['temp_tablespaces', 'unix_socket_directories'],
])

type Setting = { readonly role: string | null; readonly name: string; readonly value: string }
type Grant = { readonly grantee: string | null; readonly privilege: string; readonly isGrantable: boolean }
type Head = { readonly hasGrants: boolean; readonly connectionLimit: number; readonly isTemplate: boolean }

const settingsSql = `
  select r.rolname::text as role, split_part(one, '=', 1) as name, substr(one, strpos(one, '=') + 1) as value
  from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase cross join unnest(s.setconfig) with ordinality u(one, place)
  left join pg_roles r on r.oid = s.setrole
  where d.datname = $1 and (s.setrole = 0 or r.oid is not null) order by 1, place`

const grantsSql = `
  select r.rolname::text as grantee, a.privilege_type::text as privilege, a.is_grantable as "isGrantable"
  from pg_database d cross join lateral aclexplode(d.datacl) a left join pg_roles r on r.oid = a.grantee
  where d.datname = $1 and (a.grantee = 0 or r.oid is not null) order by 1, 2`

const headSql = `
  select datacl is not null as "hasGrants", datconnlimit as "connectionLimit", datistemplate as "isTemplate"
  from pg_database where datname = $1`

/**
 * Gives a database what stands on another one and not in it: settings of the database and of roles in it, grants, the limit
 * of connections, the owner last.
 */
export async function takeOver(session: Acting, from: string, to: string, owner: string): Promise<void> {
  const target = quoted(to)
  for (const { role, name, value } of (await session.query<Setting>(settingsSql, [from])).rows) {
    const who = role === null ? `database ${target}` : `role ${quoted(role)} in database ${target}`
    await session.query(`alter ${who} set ${quoted(...name.split('.'))} to ${settingValue(name, value)}`)
  }
  const [head] = (await session.query<Head>(headSql, [from])).rows
  if (head !== undefined && head.connectionLimit !== -1)
    await session.query(`alter database ${target} connection limit ${Math.trunc(head.connectionLimit)}`)
  if (head?.isTemplate === true) await session.query(`alter database ${target} is_template true`)
  await session.query(`alter database ${target} owner to ${quoted(owner)}`)
  if (head?.hasGrants !== true) return
  await session.query(`revoke all on database ${target} from public`)
  for (const { grantee, privilege, isGrantable } of (await session.query<Grant>(grantsSql, [from])).rows) {
    const who = grantee === null ? 'public' : quoted(grantee)
    await session.query(`grant ${privilege} on database ${target} to ${who}${isGrantable ? ' with grant option' : ''}`)
  }
}

/** As it stands after `to`. */
function settingValue(name: string, value: string): string {
  if (!lists.has(name.toLowerCase())) return literal(value)
  // A name of no letters is only allowed as a text.
  return value === '' || value === '""' ? "''" : value
}
