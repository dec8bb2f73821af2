import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import { refuseRule } from './refusal.ts'
import { schemaAndName, type WrittenTable } from './rule.ts'
import type { Subject } from './subject.ts'

/** Where archived rows go. */
export interface ArchiveTable {
  readonly schema: string
  readonly name: string
  readonly sql: string
  /** What makes it, in order; nothing when it is there. */
  readonly ddl: readonly string[]
}

/** An unlogged table is empty after a crash; a partition on another server does not share our transaction. */
const factsSql = `
  select c.oid as oid, c.relkind as kind, row_security_active(c.oid) as "hasRowSecurity",
         has_table_privilege(c.oid, 'insert') and has_table_privilege(c.oid, 'select') as "isAllowed",
         exists (select 1 from pg_class p where (p.relpersistence <> 'p' or p.relkind = 'f')
                 and p.oid in (select c.oid union all select relid from pg_partition_tree(c.oid))) as "isFleeting"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`

/** A column that gives itself a value would not hold what left. */
const shapeSql = `
  select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, a.attcollation as collation,
         a.attgenerated <> '' or a.attidentity = 'a' as "isOwn", a.attnotnull and not a.atthasdef as "isNeeded"
  from pg_attribute a where a.attrelid = $1::oid and a.attnum > 0 and not a.attisdropped`

const schemaSql = 'select 1 from pg_namespace where nspname = $1'

type Facts = {
  readonly oid: number
  readonly kind: string
  readonly hasRowSecurity: boolean
  readonly isAllowed: boolean
  readonly isFleeting: boolean
}

type Shape = {
  readonly name: string
  readonly type: string
  readonly collation: number
  readonly isOwn: boolean
  readonly isNeeded: boolean
}

/**
 * The archive of a rule: the table that is there when its columns fit, else one like the source with its key, so that a
 * row can never stand in it twice. Without a schema it is that of the source. Throws `action-refused`.
 */
export async function archiveTableOf(session: Acting, subject: Subject, written: WrittenTable): Promise<ArchiveTable> {
  const { schema = subject.schema, name } = schemaAndName(written)
  const refuse = (
    why: 'archive-same' | 'archive-kind' | 'archive-fleeting' | 'archive-shape' | 'denied',
    detail: string,
  ): Error => refuseRule({ rule: subject.rule, table: `${subject.schema}.${subject.table}`, why, detail })
  const sql = quoted(schema, name)
  if (schema === subject.schema && name === subject.table) throw refuse('archive-same', '')
  const [facts] = (await session.query<Facts>(factsSql, [schema, name])).rows
  if (facts === undefined) {
    const isSchemaThere = (await session.query(schemaSql, [schema])).rows.length > 0
    const key = subject.key.map((column) => quoted(column.name)).join(', ')
    return {
      schema,
      name,
      sql,
      ddl: [
        ...(isSchemaThere ? [] : [`create schema ${quoted(schema)}`]),
        `create table ${sql} (like ${subject.sql} including comments including storage, primary key (${key}))`,
      ],
    }
  }
  if (!['r', 'p'].includes(facts.kind) || facts.hasRowSecurity) throw refuse('archive-kind', `${schema}.${name}`)
  if (facts.isFleeting) throw refuse('archive-fleeting', `${schema}.${name}`)
  if (!facts.isAllowed) throw refuse('denied', `INSERT, SELECT: ${schema}.${name}`)
  const shapeOf = async (oid: number): Promise<readonly Shape[]> => (await session.query<Shape>(shapeSql, [oid])).rows
  const [own, there] = [await shapeOf(subject.oid), await shapeOf(facts.oid)]
  const differing = [
    ...own.filter((column) => {
      const other = there.find((one) => one.name === column.name)
      return other === undefined || other.isOwn || other.type !== column.type || other.collation !== column.collation
    }),
    ...there.filter((column) => column.isNeeded && !own.some((one) => one.name === column.name)),
  ]
  if (differing.length > 0)
    throw refuse('archive-shape', `${schema}.${name}: ${differing.map((one) => `${one.name} ${one.type}`).join(', ')}`)
  return { schema, name, sql, ddl: [] }
}
