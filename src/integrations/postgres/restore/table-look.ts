import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'

/** A table as it stands in the database. A type: it is JSON, and part of the hash of a plan. */
export type LivingTable = {
  readonly oid: string
  /** `r` for a table, `p` for one over partitions, others as pg_class has them. */
  readonly kind: string
  /** Our role may act as its owner. */
  readonly isOurs: boolean
  /** That can be written; generated ones cannot. */
  readonly columns: readonly string[]
  /** Those of them whose equal values are the same to the last bit. */
  readonly exact: readonly string[]
  /** Of the primary key, in its order; empty without one that can be asked for. */
  readonly key: readonly string[]
  readonly rules: readonly string[]
  /** Tables with foreign keys to it, without itself. */
  readonly referencing: readonly string[]
  readonly isSelfReferencing: boolean
}

const sql = `
  select c.oid::text as oid, c.relkind::text as kind, pg_has_role(c.relowner, 'USAGE') as "isOurs",
         array(select attname::text from pg_attribute where attrelid = c.oid and attnum > 0 and not attisdropped
               and attgenerated = '' order by attnum) as columns,
         array(select attname::text from pg_attribute a left join pg_collation l on l.oid = a.attcollation
               where attrelid = c.oid and attnum > 0 and not attisdropped and coalesce(l.collisdeterministic, true)
               and atttypid = any ('{bool,int2,int4,int8,oid,text,varchar,bytea,uuid,date,timestamp,timestamptz}'::regtype[]::oid[])
               order by attnum) as exact,
         array(select a.attname::text from pg_index i cross join lateral unnest(i.indkey::int2[]) with ordinality k(attnum, place)
               join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
               where i.indrelid = c.oid and i.indisprimary and i.indisvalid and i.indimmediate and k.place <= i.indnkeyatts
               order by k.place) as key,
         array(select rulename::text from pg_rewrite where ev_class = c.oid order by 1) as rules,
         array(select distinct conrelid::regclass::text from pg_constraint
               where contype = 'f' and confrelid = c.oid and conrelid <> c.oid order by 1) as referencing,
         exists (select 1 from pg_constraint where contype = 'f' and confrelid = c.oid and conrelid = c.oid) as "isSelfReferencing"
  from pg_class c where c.oid = to_regclass($1)`

/** Undefined when nothing of the name is there. */
export async function lookAtTable(
  session: Acting,
  { schema, tag }: { readonly schema: string; readonly tag: string },
): Promise<LivingTable | undefined> {
  const { rows } = await session.query<LivingTable>(sql, [quoted(schema, tag)])
  return rows[0]
}
