import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import type { ArchiveEntry } from './archive-toc.ts'

const keptSomewhere: ReadonlySet<string> = new Set(['TABLE', 'INDEX', 'CONSTRAINT', 'MATERIALIZED VIEW'])
const grantable: ReadonlySet<string> = new Set(['TABLE', 'SEQUENCE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE'])

// Where a tablespace is gone, the thing is made in that of the database.
const placeSql = `
  select set_config('default_tablespace', case when exists (select 1 from pg_tablespace where spcname = $1) then $1 else '' end, true),
         case when $2 <> '' then set_config('default_table_access_method', $2, true) end`

const granteesSql = `
  select distinct a.grantee = 0 as "isPublic", coalesce(r.rolname::text, '') as name
  from pg_class c cross join lateral aclexplode(c.relacl) a left join pg_roles r on r.oid = a.grantee
  where c.oid = to_regclass($1) and a.grantee <> c.relowner and (a.grantee = 0 or r.oid is not null)`

/** Makes one thing as the dump has it, with its owner, and with no grants but those that the dump brings. In a transaction. */
export async function makeEntry(session: Acting, entry: ArchiveEntry): Promise<void> {
  const { kind, make, drop, owner, schema, tag } = entry
  if (make === '') return
  if (keptSomewhere.has(kind)) await session.query(placeSql, [entry.tablespace, entry.method])
  await session.query(make)
  const what = /^DROP (.+);\s*$/s.exec(drop)?.[1]
  if (owner !== '' && what !== undefined && hasOwner.has(kind))
    await session.query(`alter ${what.replace(/^SEQUENCE /, 'TABLE ')} owner to ${quoted(owner)}`)
  if (!grantable.has(kind)) return
  // ALTER DEFAULT PRIVILEGES has granted what the dump says nothing of.
  const { rows } = await session.query<{ isPublic: boolean; name: string }>(granteesSql, [quoted(schema, tag)])
  const on = kind === 'SEQUENCE' ? 'sequence' : 'table'
  for (const { isPublic, name } of rows)
    await session.query(`revoke all on ${on} ${quoted(schema, tag)} from ${isPublic ? 'public' : quoted(name)}`)
}

/** What stands by itself; an index goes with its table. */
const hasOwner: ReadonlySet<string> = new Set([
  ...['TABLE', 'FOREIGN TABLE', 'SEQUENCE', 'VIEW', 'MATERIALIZED VIEW', 'SCHEMA', 'TYPE', 'DOMAIN', 'FUNCTION'],
  ...['PROCEDURE', 'AGGREGATE', 'COLLATION', 'OPERATOR', 'STATISTICS', 'SERVER'],
])
