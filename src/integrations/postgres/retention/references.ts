import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'
import type { Condition } from './condition.ts'
import { refuseRule } from './refusal.ts'
import type { Subject } from './subject.ts'

/** Rows of another table that point to rows which would go, and what their foreign key declares for that. */
export type Reference = {
  readonly table: string
  readonly constraint: string
  readonly action: 'cascade' | 'set null' | 'set default' | 'refused'
  readonly count: number
}

/** A chain of cascades longer than this is refused: each step asks one more table for each row. */
const deepest = 5

/** A key may lead to a partition alone. Of one that leads to the whole table the server keeps a copy for each partition. */
const sql = `
  with tree as (select $1::oid as oid union select relid from pg_partition_tree($1::oid::regclass))
  select k.conname as constraint, k.conrelid as oid, n.nspname as schema, c.relname as table,
         case k.confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default'
              else 'refused' end as action,
         array(select a.attname::text from unnest(k.conkey) with ordinality u (number, position)
               join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number order by position) as columns,
         array(select a.attname::text from unnest(k.confkey) with ordinality u (number, position)
               join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number order by position) as referenced
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  where k.contype = 'f' and k.confrelid in (select oid from tree)
    and not exists (select 1 from pg_constraint p where p.oid = k.conparentid and p.confrelid in (select oid from tree))
  order by n.nspname, c.relname, k.conname`

type Key = Omit<Reference, 'count' | 'table'> & {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly columns: readonly string[]
  readonly referenced: readonly string[]
}

/** Whether any foreign key leads to the table, whatever its rows. */
export async function isReferenced(session: Acting, { oid }: Subject): Promise<boolean> {
  return (await session.query(sql, [oid])).rows.length > 0
}

/**
 * What other tables would lose or change with the rows, cascades followed. Throws `action-refused` with the list when a
 * foreign key would refuse, or when rows of the table itself point to rows that would go.
 */
export async function referencesOf(
  session: Acting,
  subject: Subject,
  condition: Condition,
): Promise<readonly Reference[]> {
  const refuse = (why: 'referenced' | 'self-referenced' | 'deep', detail: string): Error =>
    refuseRule({ rule: subject.rule, table: `${subject.schema}.${subject.table}`, why, detail })
  const found: Reference[] = []
  const follow = async (oid: number, going: string, depth: number): Promise<void> => {
    for (const key of (await session.query<Key>(sql, [oid])).rows) {
      const name = `${key.schema}.${key.table}`
      const pointing = pointingTo(key, going, depth)
      const { rows } = await session.query<{ count: number }>(
        `select count(*)::float8 as count from ${pointing}`,
        condition.values,
      )
      const count = rows[0]?.count ?? 0
      if (count === 0) continue
      const { action, constraint } = key
      if (key.oid === subject.oid) throw refuse('self-referenced', `${count} (${constraint})`)
      found.push({ table: name, constraint, action, count })
      if (action !== 'cascade') continue
      if (depth >= deepest) throw refuse('deep', name)
      await follow(key.oid, pointing, depth + 1)
    }
  }
  await follow(subject.oid, `${subject.sql} where ${condition.sql}`, 0)
  const refusing = found.filter(({ action }) => action === 'refused')
  if (refusing.length === 0) return found
  throw refuse('referenced', refusing.map((one) => `${one.table} ${one.count} (${one.constraint})`).join(', '))
}

/** The rows that a key leads from, as what follows `from`: the columns of each level bear names of their own. */
function pointingTo({ schema, table, columns, referenced }: Key, going: string, depth: number): string {
  const names = referenced.map((_, index) => `k${depth}_${index}`)
  const inner = referenced.map((column, index) => `${quoted(column)} as ${names[index]}`).join(', ')
  const own = columns.map((column) => quoted(column)).join(', ')
  return `${quoted(schema, table)} where (${own}) in (select ${names.join(', ')} from (select ${inner} from ${going}) as going${depth})`
}
