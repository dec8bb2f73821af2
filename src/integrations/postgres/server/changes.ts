import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask, type Unanswered } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { pseudonym } from '../pseudonym.ts'

/** What a server is set to and who may do what, as `<kind>:<name>` and its value. A type: it is kept as JSON. */
export type Arrangement = {
  /** The role sees every setting. */
  readonly isComplete: boolean
  readonly items: Readonly<Record<string, string>>
}

export const itemKinds = ['version', 'setting', 'role-setting', 'role', 'member', 'extension', 'grant'] as const
export type ItemKind = (typeof itemKinds)[number]

type Item = { readonly kind: ItemKind; readonly name: string; readonly value: string }
type Settings = Item & { readonly isComplete: boolean; readonly isPending: boolean; readonly role: string }

/** Before what of it is told: its value is a secret, or may hold one. */
export const hiddenValue = 'hidden '

/** Objects with privileges of their own that are kept. */
const maxGrants = 50_000

// What our own session, role or database sets is not the server's: of the last two the arrangement itself is kept.
const settingsSql = `
  select 'setting' as kind, name, coalesce(reset_val, '') || coalesce(unit, '') as value, pending_restart as "isPending",
         pg_has_role(current_user, 'pg_read_all_settings', 'usage') as "isComplete", current_user::text as role
  from pg_settings
  where pending_restart or name = 'server_version' or (reset_val is distinct from boot_val
    and source not in ('default', 'override', 'client', 'database', 'user', 'database user'))
  order by name`

const rolesSql = `
  select 'role' as kind, rolname::text as name, concat_ws(', ', case when rolcanlogin then 'LOGIN' end,
           case when rolsuper then 'SUPERUSER' end, case when rolcreaterole then 'CREATEROLE' end,
           case when rolcreatedb then 'CREATEDB' end, case when rolreplication then 'REPLICATION' end,
           case when rolbypassrls then 'BYPASSRLS' end, case when not rolinherit then 'NOINHERIT' end,
           case when rolconnlimit >= 0 then 'CONNECTION LIMIT ' || rolconnlimit end,
           'VALID UNTIL ' || (rolvaliduntil at time zone 'UTC')::text) as value
  from pg_roles where rolname !~ '^pg_'
  union all
  select 'member', m.rolname || ' in ' || r.rolname, string_agg(distinct concat_ws(', ',
           'member', case when a.admin_option then 'ADMIN' end,
           case when (to_jsonb(a) ->> 'inherit_option') = 'false' then 'INHERIT FALSE' end,
           case when (to_jsonb(a) ->> 'set_option') = 'false' then 'SET FALSE' end), ' + ')
  from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
  where m.rolname !~ '^pg_' group by m.rolname, r.rolname
  union all
  select 'extension', extname::text, extversion from pg_extension
  union all
  select 'role-setting', concat_ws(' in ', coalesce(r.rolname, 'every role'), d.datname) || ': ' || split_part(one, '=', 1),
         substr(one, strpos(one, '=') + 1)
  from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole left join pg_database d on d.oid = s.setdatabase
  cross join unnest(s.setconfig) one`

const ownSchema = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"

// The same privileges stand on many objects: they are written out once.
const grantsSql = `
  with objects as materialized (
    select 'database ' || datname as name, coalesce(datacl, acldefault('d', datdba)) as acl from pg_database
    union all select 'schema ' || nspname, nspacl from pg_namespace n where nspacl is not null and ${ownSchema}
    union all select case relkind when 'S' then 'sequence ' else 'table ' end || nspname || '.' || relname, relacl
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where relacl is not null and relkind in ('r', 'p', 'v', 'm', 'f', 'S') and ${ownSchema}
    union all select 'column ' || nspname || '.' || relname || '.' || attname, attacl
      from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
      where attacl is not null and not attisdropped and ${ownSchema}
    union all select concat_ws(' ', 'default for', case defaclobjtype when 'r' then 'tables' when 'S' then 'sequences'
        when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas' else 'others' end, 'of', pg_get_userbyid(defaclrole),
        'in schema ' || nspname), defaclacl from pg_default_acl left join pg_namespace n on n.oid = defaclnamespace
  ), written as materialized (
    select text, coalesce((
      select string_agg(grantee || ': ' || privileges, '; ' order by grantee) from (
        select case when a.grantee = 0 then 'PUBLIC' else pg_get_userbyid(a.grantee)::text end as grantee,
               string_agg(a.privilege_type || case when a.is_grantable then '*' else '' end, ', ' order by a.privilege_type) as privileges
        from aclexplode(text::aclitem[]) a group by 1
      ) each
    ), 'nobody') as value
    from (select distinct acl::text as text from objects) all_acls
  )
  select 'grant' as kind, name, value from objects join written on text = acl::text order by name limit ${maxGrants + 1}`

export interface ArrangementSight {
  readonly now: Arrangement
  /** Settings that wait for a restart. */
  readonly pending: readonly string[]
  readonly role: string
  /** More objects have privileges of their own than are kept. */
  readonly isCut: boolean
  /** Undefined at the first look. */
  readonly base: { readonly ageMs: number; readonly was: Arrangement } | undefined
}

const snapshotName = 'postgres-arrangement'
const hourMs = 3_600_000
/** A daily look is not always at the same minute: that of yesterday is the base. */
const baseAgeMs = 23 * hourMs
const historyMs = 40 * 24 * hourMs

/** Looks, finds what was so a day before, and keeps what is so now. */
export async function arrangementSight(
  component: Component<PostgresOptions>,
  ctx: StepContext,
): Promise<ArrangementSight | Unanswered> {
  const settings = await ask<Settings>(component, { sql: settingsSql }, ctx)
  if (!settings.ok) return settings
  const roles: Answer<Item> = await ask<Item>(component, { sql: rolesSql }, ctx)
  if (!roles.ok) return roles
  const grants = await ask<Item>(component, { sql: grantsSql }, ctx)
  if (!grants.ok) return grants
  const [first] = settings.rows
  if (first === undefined || roles.rows.length === 0) return { ok: false, refusal: 'statement', detail: 'no rows' }
  const key = await ctx.ownKey(snapshotName)
  const all = [...settings.rows, ...roles.rows, ...grants.rows.slice(0, maxGrants)]
  const entries = all.map((item) => [keyOf(item), keptValue(item, key)] as const)
  const now: Arrangement = { isComplete: first.isComplete, items: Object.fromEntries(entries) }
  const at = ctx.clock.now()
  // A clock that was set back leaves looks of a time to come.
  const times = (await ctx.snapshots.times(snapshotName, historyMs)).filter((time) => time <= at)
  const from = times.findLast((time) => at.getTime() - time.getTime() >= baseAgeMs) ?? times[0]
  const was = from === undefined ? undefined : asArrangement(await ctx.snapshots.read(snapshotName, from))
  await ctx.snapshots.keep(snapshotName, now)
  return {
    now,
    pending: settings.rows.filter(({ isPending }) => isPending).map(({ name }) => name),
    role: first.role,
    isCut: grants.rows.length > maxGrants,
    base: from === undefined || was === undefined ? undefined : { ageMs: at.getTime() - from.getTime(), was },
  }
}

function keyOf({ kind, name }: Item): string {
  return name === 'server_version' && kind === 'setting' ? 'version:PostgreSQL' : `${kind}:${name}`
}

/** Settings of an application may be keys, and commands and addresses hold passwords. */
const secretive = /\.|conninfo|passphrase|command|secret|password_file|key|token|slot_names/i

function keptValue({ kind, name, value }: Item, key: string): string {
  const setting = kind === 'setting' ? name : kind === 'role-setting' ? name.slice(name.lastIndexOf(': ') + 2) : ''
  return secretive.test(setting) ? `${hiddenValue}${pseudonym(key, value)}` : value
}

function asArrangement(body: unknown): Arrangement | undefined {
  if (body === null || typeof body !== 'object' || !('items' in body) || !('isComplete' in body)) return undefined
  const { items, isComplete } = body
  if (items === null || typeof items !== 'object') return undefined
  const known = Object.entries(items).filter((one): one is [string, string] => typeof one[1] === 'string')
  return { isComplete: isComplete === true, items: Object.fromEntries(known) }
}
