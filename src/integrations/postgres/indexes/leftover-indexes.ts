import type { Acting } from '../acting/acting.ts'
import { systemSchemas } from '../identifier.ts'
import { relationBytes } from '../tables/sizes.ts'
import { beingBuilt } from './rebuild-facts.ts'

/** What a REINDEX CONCURRENTLY that failed left behind: invalid, written to, never read. */
export type Leftover = {
  readonly oid: number
  readonly schema: string
  readonly table: string
  readonly name: string
  readonly bytes: number
  /** The index that it was to become, or was. */
  readonly of: string
  readonly mayDrop: boolean
}

/** As it is stored, without its place in the statement that made it. */
const tree = (column: string): string =>
  `coalesce(regexp_replace(${column}::text, ' :(location|stmt_location|stmt_len) -?[0-9]+', '', 'g'), '')`

/**
 * By its name alone an index is not dropped: it must be invalid, back nothing, be a part of nothing, be built by nobody,
 * and stand beside the index that it copies, on the same columns in the same way.
 */
const sql = `
  select c.oid::int8::float8 as oid, n.nspname as schema, t.relname as "table", c.relname as name, ${relationBytes('c')} as bytes,
         twin.name as of, pg_has_role(t.relowner, 'USAGE') as "mayDrop"
  from pg_index i
  join pg_class c on c.oid = i.indexrelid
  join pg_class t on t.oid = i.indrelid
  join pg_namespace n on n.oid = c.relnamespace
  join lateral (
    select oc.relname as name from pg_index o join pg_class oc on oc.oid = o.indexrelid
    where o.indrelid = i.indrelid and o.indexrelid <> i.indexrelid and oc.relname !~ '_cc(new|old)[0-9]*$' and oc.relam = c.relam
      and o.indkey::text = i.indkey::text and o.indclass::text = i.indclass::text
      and o.indcollation::text = i.indcollation::text and o.indoption::text = i.indoption::text
      and ${tree('o.indexprs')} = ${tree('i.indexprs')} and ${tree('o.indpred')} = ${tree('i.indpred')}
      and (oc.relname = regexp_replace(c.relname, '_cc(new|old)[0-9]*$', '')
           -- Of a long name it bears the beginning alone: names have 63 bytes.
           or octet_length(c.relname) > 56 and starts_with(oc.relname, regexp_replace(c.relname, '_cc(new|old)[0-9]*$', '')))
    limit 1
  ) twin on true
  where c.relkind = 'i' and not i.indisvalid and c.relname ~ '_cc(new|old)[0-9]*$'
    and not i.indisprimary and not i.indisreplident and n.nspname not in ${systemSchemas}
    and not exists (select 1 from pg_constraint k where k.conindid = c.oid)
    and not exists (select 1 from pg_inherits h where h.inhrelid = c.oid)
    and not ${beingBuilt('c.oid', 'i.indrelid')}
    and ($1::oid is null or c.oid = $1) and ($2::oid is null or i.indrelid = (select indrelid from pg_index where indexrelid = $2))
  order by n.nspname, c.relname`

export async function leftovers(
  session: Acting,
  { oid, beside }: { readonly oid?: number; readonly beside?: number } = {},
): Promise<readonly Leftover[]> {
  return (await session.query<Leftover>(sql, [oid ?? null, beside ?? null])).rows
}
