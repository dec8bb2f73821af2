import type { PostgresFacts } from './facts.ts'
import type { Selection } from './selection.ts'
import type { CopySession } from './session.ts'

type DatabaseFacts = Pick<
  PostgresFacts,
  'serverVersion' | 'database' | 'encoding' | 'collation' | 'owner' | 'superuser' | 'bytes'
>
type DatabaseRow = Omit<DatabaseFacts, 'collation' | 'bytes'> & {
  readonly provider: 'c' | 'i' | 'b' | 'd'
  readonly collate: string
  readonly ctype: string
  readonly locale: string | null
  readonly bytes: string
}

// The name of the locale has changed with the versions, and before 15 there was no provider to choose.
const databaseSql = `
  select current_setting('server_version_num')::int as "serverVersion", d.datname::text as database,
         pg_encoding_to_char(d.encoding)::text as encoding, coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') as provider,
         d.datcollate::text as collate, d.datctype::text as ctype,
         coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale,
         pg_get_userbyid(d.datdba)::text as owner, pg_get_userbyid(10)::text as superuser,
         pg_database_size(d.oid)::text as bytes
  from pg_database d where d.datname = current_database()`

const extensionsSql = `
  select e.extname::text as name, e.extversion::text as version, n.nspname::text as schema
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace order by e.extname`

// The one that made the cluster (10) is left out there, since everything depends on it.
const rolesSql = `
  with here as (select oid from pg_database where datname = current_database()),
  named as (
    select s.refobjid as oid from pg_shdepend s, here
    where s.refclassid = 'pg_authid'::regclass
      and (s.dbid = here.oid or (s.dbid = 0 and s.classid = 'pg_database'::regclass and s.objid = here.oid))
    union select g.setrole from pg_db_role_setting g, here where g.setdatabase = here.oid and g.setrole <> 0
    union select 10
  )
  select r.rolname::text as name from pg_roles r join named on named.oid = r.oid where r.rolname !~ '^pg_' order by 1`

const schemasSql = `
  select n.nspname::text as name from pg_namespace n
  where n.nspname <> 'information_schema' and n.nspname !~ '^pg_' order by 1`

const providers = { c: 'libc', d: 'libc', i: 'icu', b: 'builtin' } as const

export async function databaseFacts(session: CopySession): Promise<DatabaseFacts> {
  const [row] = await session.query<DatabaseRow>(databaseSql)
  if (row === undefined) throw new Error('the server does not know the database that we are in')
  const { provider, collate, ctype, locale, bytes, ...rest } = row
  return { ...rest, collation: { provider: providers[provider], collate, ctype, locale }, bytes: Number(bytes) }
}

/** All facts but the counts of rows and of which pg_dump; `wanted` are the schemas that are copied when not all are. */
export async function collectFacts(
  session: CopySession,
  { relations, withoutRows, copied }: Selection,
  wanted: readonly string[],
): Promise<Omit<PostgresFacts, 'tables' | 'counts' | 'dumpMajor'>> {
  const extensions = await session.query<PostgresFacts['extensions'][number]>(extensionsSql)
  const roles = await session.query<{ name: string }>(rolesSql)
  const schemas = await session.query<{ name: string }>(schemasSql)
  const [objects] =
    copied === 'all'
      ? await session.query<{ count: string }>('select count(*)::text as count from pg_largeobject_metadata')
      : []
  return {
    ...(await databaseFacts(session)),
    extensions: [...extensions],
    roles: roles.map(({ name }) => name),
    schemas: schemas.map(({ name }) => name).filter((name) => copied !== 'schemas' || wanted.includes(name)),
    sequences: relations
      .filter(({ kind }) => kind === 'S')
      .map(({ schema, name, value, isDescending }) => ({ schema, name, value, isDescending })),
    largeObjects: objects === undefined ? null : Number(objects.count),
    copied,
    withoutRows: relations
      .filter(({ kind, oid }) => kind === 'r' && withoutRows.has(oid))
      .map(({ schema, name }) => `${schema}.${name}`),
  }
}
