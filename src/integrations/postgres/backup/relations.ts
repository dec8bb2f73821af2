import { systemSchemas } from '../identifier.ts'
import type { CopySession } from './session.ts'

/** A table, partition, sequence or view of the database that is not part of an extension. A type: it is a row. */
export type Relation = {
  /** As text: they are compared, never counted with. */
  readonly oid: string
  readonly schema: string
  readonly name: string
  /** As `pg_class.relkind`: r table, p partitioned, S sequence, v view, m materialized view, f foreign table. */
  readonly kind: string
  /** What it is a partition or a child of; of a sequence, the table whose column it belongs to. */
  readonly parents: readonly string[]
  /** The role may read it as a whole. */
  readonly isReadable: boolean
  /** Row security hides rows of it from the role. */
  readonly isHidden: boolean
  /** Of a sequence: the last value given; null when none was, when it begins again at its end, or when it may not be read. */
  readonly value: string | null
  readonly isDescending: boolean
}

// Of what other sessions keep for themselves alone (temporary tables) nothing is copied.
const relationsSql = `
  select c.oid::text as oid, n.nspname::text as schema, c.relname::text as name, c.relkind::text as kind,
         coalesce(case when c.relkind = 'S'
           then (select array_agg(d.refobjid::text) from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                 and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i'))
           else (select array_agg(i.inhparent::text) from pg_inherits i where i.inhrelid = c.oid) end, '{}') as parents,
         has_schema_privilege(n.oid, 'USAGE') and case when c.relkind = 'S' then has_sequence_privilege(c.oid, 'SELECT')
           else has_table_privilege(c.oid, 'SELECT') end as "isReadable",
         c.relkind in ('r', 'p') and row_security_active(c.oid) as "isHidden",
         case when c.relkind = 'S' and c.relpersistence = 'p' and not s.seqcycle and has_sequence_privilege(c.oid, 'SELECT')
           then pg_sequence_last_value(c.oid)::text end as value,
         coalesce(s.seqincrement < 0, false) as "isDescending"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_sequence s on s.seqrelid = c.oid
  where c.relkind in ('r', 'p', 'S', 'v', 'm', 'f') and c.relpersistence <> 't'
    and n.nspname not in ${systemSchemas} and n.nspname !~ '^pg_(temp|toast)'
    and not exists (select 1 from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  order by n.nspname, c.relname`

export async function readRelations(session: CopySession): Promise<readonly Relation[]> {
  return session.query<Relation>(relationsSql)
}
