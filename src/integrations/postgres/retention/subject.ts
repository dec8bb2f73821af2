import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import { refuseRule } from './refusal.ts'
import { type RetentionRule, schemaAndName } from './rule.ts'

export type SubjectColumn = {
  readonly name: string
  readonly type: string
  /** The table gives it its value; nobody else can. */
  readonly isGenerated: boolean
  /**
   * Of the server for its own types, enums and domains: for a varchar it has none that fits exactly, and one that somebody
   * made in a schema of our search_path would be taken, and run as our role.
   */
  readonly schemaOfOperators: 'pg_catalog' | null
}

/** `=` or `<>` between values of the column's type, as an operator of SQL. */
export function operatorOf({ schemaOfOperators }: SubjectColumn, sign: '=' | '<>'): string {
  return schemaOfOperators === null ? sign : `operator(pg_catalog.${sign})`
}

/** A table under a rule, as it is now. */
export interface Subject {
  readonly rule: string
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly isPartitioned: boolean
  /** In double quotes, with the schema. */
  readonly sql: string
  readonly columns: readonly SubjectColumn[]
  /** Those of the primary key, or of a unique key without nulls. */
  readonly key: readonly SubjectColumn[]
  readonly age: SubjectColumn
  /** In which order rows go: by age when an index gives that, then by key. */
  readonly order: readonly SubjectColumn[]
  /** Triggers that each deleted row fires, those of single partitions among them. */
  readonly triggers: readonly string[]
}

const timeTypes: readonly string[] = ['date', 'timestamp', 'timestamptz']

const factsSql = `
  select c.oid as oid, n.nspname as schema, c.relname as name, c.relkind as kind, c.relispartition as "isPartition",
         row_security_active(c.oid) as "hasRowSecurity",
         exists (select 1 from pg_rewrite r where r.ev_class = c.oid and r.ev_type = '4') as "hasRules",
         c.relkind = 'r' and exists (select 1 from pg_inherits h where h.inhparent = c.oid) as "isInherited",
         case when c.relkind = 'p' then (
           select min(f.oid::regclass::text) from pg_partition_tree(c.oid) tree join pg_class f on f.oid = tree.relid
           where f.relkind = 'f') end as "foreign",
         has_table_privilege(c.oid, 'select') and has_table_privilege(c.oid, 'update')
           and has_table_privilege(c.oid, 'delete') as "isAllowed"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relname = $2 and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and case when $1::text is null then pg_table_is_visible(c.oid) else n.nspname = $1 end`

const columnsSql = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, t.typname as base, a.attgenerated <> '' as "isGenerated",
         case when t.typtype <> 'b' or t.typnamespace = 'pg_catalog'::regnamespace then 'pg_catalog' end as "schemaOfOperators"
  from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped order by a.attnum`

const keysSql = `
  with keys as (
    select i.indexrelid, i.indisprimary, i.indisunique, i.indimmediate, i.indexprs is null as "isPlain", m.amname,
           array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k (number, position)
                 join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
                 where k.position <= i.indnkeyatts order by k.position) as columns,
           (select bool_and(a.attnotnull) from unnest(i.indkey::int2[]) with ordinality k (number, position)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
            where k.position <= i.indnkeyatts) as "isNotNull"
    from pg_index i join pg_class c on c.oid = i.indexrelid join pg_am m on m.oid = c.relam
    where i.indrelid = $1::oid and i.indisvalid and i.indpred is null
  )
  select columns, "isPlain" and amname = 'btree' as "isOrder",
         "isPlain" and indisunique and indimmediate and "isNotNull" as "isKey"
  from keys order by indisprimary desc, cardinality(columns), indexrelid`

const triggersSql = `
  select distinct tgname as name from pg_trigger
  where tgrelid in (select $1::oid union all select relid from pg_partition_tree($1::oid::regclass))
    and not tgisinternal and tgparentid = 0 and tgenabled in ('O', 'A') and (tgtype & 8) <> 0 order by tgname`

/** What is known of the table. Throws `action-refused` when the rule cannot be followed on it. */
export async function subjectOf(session: Acting, rule: string, written: RetentionRule): Promise<Subject> {
  const { schema, name } = schemaAndName(written.table)
  const refuse = (why: Parameters<typeof refuseRule>[0]['why'], detail = ''): Error =>
    refuseRule({ rule, table: schema === undefined ? name : `${schema}.${name}`, why, detail })
  const [facts] = (await session.query<Facts>(factsSql, [schema ?? null, name])).rows
  if (facts === undefined) throw refuse('no-table')
  if (!['r', 'p'].includes(facts.kind)) throw refuse('not-a-table')
  if (facts.isPartition) throw refuse('is-partition')
  if (facts.isInherited) throw refuse('inherited')
  if (facts.foreign !== null) throw refuse('not-a-table', facts.foreign)
  if (facts.hasRowSecurity) throw refuse('row-security')
  if (facts.hasRules) throw refuse('rules')
  if (!facts.isAllowed) throw refuse('denied')
  const { rows: columns } = await session.query<SubjectColumn & { base: string }>(columnsSql, [facts.oid])
  const age = columns.find((column) => column.name === written.age)
  if (age === undefined) throw refuse('no-age', written.age)
  if (!timeTypes.includes(age.base)) throw refuse('age-type', `${age.name} ${age.type}`)
  const { rows: keys } = await session.query<Key>(keysSql, [facts.oid])
  const key = keys.find(({ isKey }) => isKey)?.columns.flatMap((one) => columns.filter((column) => column.name === one))
  if (key === undefined || key.length === 0) throw refuse('no-key')
  if (Array.isArray(written.hold) && key.length > 1) throw refuse('hold-key', key.map((one) => one.name).join(', '))
  const isByAge = keys.some(({ isOrder, columns: [first] }) => isOrder && first === age.name)
  const triggers = (await session.query<{ name: string }>(triggersSql, [facts.oid])).rows.map((one) => one.name)
  return {
    rule,
    oid: facts.oid,
    schema: facts.schema,
    table: facts.name,
    isPartitioned: facts.kind === 'p',
    sql: quoted(facts.schema, facts.name),
    columns,
    key,
    age,
    order: isByAge ? [age, ...key.filter((one) => one.name !== age.name)] : key,
    triggers,
  }
}

type Facts = {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly kind: string
  readonly isPartition: boolean
  readonly hasRowSecurity: boolean
  readonly hasRules: boolean
  readonly isInherited: boolean
  /** A partition that stands on another server. */
  readonly foreign: string | null
  readonly isAllowed: boolean
}

type Key = { readonly columns: readonly string[]; readonly isOrder: boolean; readonly isKey: boolean }
