import { fieldOf } from '../../../core/field-of.ts'
import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import { isReferenced } from './references.ts'
import type { RetentionRule } from './rule.ts'
import type { Subject } from './subject.ts'

/** A partition that holds nothing but rows which go, or no row at all. */
export type WholePartition = {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly parent: string
  /** As the server writes it: a table of the same name may come in its place. */
  readonly bound: string
  readonly count: number
}

/**
 * `relispartition` of one that is being detached is still true. A default one may hold what fits nowhere else. What a view or
 * a function names cannot be dropped, and would stand detached. What we do not own we could empty, not drop.
 */
const leavesSql = `
  select c.oid, n.nspname as schema, c.relname as name, pn.nspname as "parentSchema", p.relname as "parentName",
         pg_get_expr(c.relpartbound, c.oid) as bound
  from pg_partition_tree($1::oid::regclass) tree
  join pg_class c on c.oid = tree.relid join pg_namespace n on n.oid = c.relnamespace
  join pg_class p on p.oid = tree.parentrelid join pg_namespace pn on pn.oid = p.relnamespace
  where tree.isleaf and c.relkind = 'r' and not row_security_active(c.oid)
    and pg_has_role(c.relowner, 'usage') and pg_has_role(p.relowner, 'usage')
    and not exists (select 1 from pg_partitioned_table t where t.partdefid in (select relid from pg_partition_ancestors(c.oid)))
    and not exists (select 1 from pg_depend d where d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid
                    and d.classid in ('pg_rewrite'::regclass, 'pg_proc'::regclass))
  order by n.nspname, c.relname`

type Leaf = {
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly parentSchema: string
  readonly parentName: string
  readonly bound: string
}

/**
 * The partitions that cannot hold a row which stays, as the server's planner proves it by their bounds. None when the rule
 * looks at more than the age, or when something is to happen with each row: foreign keys, triggers.
 */
export async function wholePartitions(
  session: Acting,
  subject: Subject,
  rule: RetentionRule,
  day: string,
): Promise<readonly WholePartition[]> {
  const { isPartitioned, triggers, age, sql } = subject
  const isByAgeAlone = rule.where === undefined && rule.hold === undefined
  if (!isPartitioned || !isByAgeAlone || triggers.length > 0 || (await isReferenced(session, subject))) return []
  const column = quoted(age.name)
  const { rows: leaves } = await session.query<Leaf>(leavesSql, [subject.oid])
  const { rows } = await session.query<{ 'QUERY PLAN': unknown }>(
    `explain (verbose, costs off, format json) select 1 from ${sql}
     where ${column} >= $1::${age.type} or ${column} is null or ${column} = '-infinity'::${age.type}`,
    [`${day} 00:00:00+00`],
  )
  const staying = new Set(relationsIn(rows[0]?.['QUERY PLAN']))
  const found: WholePartition[] = []
  for (const { oid, schema, name, parentSchema, parentName, bound } of leaves) {
    const leaf = quoted(schema, name)
    if (staying.has(leaf)) continue
    const counted = await session.query<{ count: number }>(`select count(*)::float8 as count from ${leaf}`)
    const parent = quoted(parentSchema, parentName)
    found.push({ oid, schema, name, parent, bound, count: counted.rows[0]?.count ?? 0 })
  }
  return found
}

/** Every table that a plan reads, at any depth. */
function relationsIn(plan: unknown): readonly string[] {
  if (Array.isArray(plan)) return plan.flatMap(relationsIn)
  if (typeof plan !== 'object' || plan === null) return []
  const [schema, name] = [fieldOf(plan, 'Schema'), fieldOf(plan, 'Relation Name')]
  const own = typeof schema === 'string' && typeof name === 'string' ? [quoted(schema, name)] : []
  return [...own, ...Object.values(plan).flatMap(relationsIn)]
}
