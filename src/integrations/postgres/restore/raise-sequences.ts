import type { Acting } from '../acting/acting.ts'
import { quoted } from '../identifier.ts'

type Owned = { readonly sequence: string; readonly column: string; readonly isDescending: boolean }

const ownedSql = `
  select d.objid::regclass::text as sequence, a.attname::text as column, s.seqincrement < 0 as "isDescending"
  from pg_depend d join pg_sequence s on s.seqrelid = d.objid
  join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
  where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
    and d.refobjid = to_regclass($1)`

/**
 * Lets the sequences of a table go on after its rows: one that was begun anew (`truncate … restart identity`) would give
 * numbers that are taken. None goes back.
 */
export async function raiseSequences(session: Acting, table: string): Promise<void> {
  const { rows } = await session.query<Owned>(ownedSql, [table])
  for (const { sequence, column, isDescending } of rows) {
    const [far, beyond] = isDescending ? ['min', '<'] : ['max', '>']
    await session.query(
      `select setval($1::regclass, n.far) from (select ${far}(${quoted(column)})::int8 as far from only ${table}) n, ${sequence} s
       where n.far ${beyond} s.last_value or (n.far = s.last_value and not s.is_called)`,
      [sequence],
    )
  }
}
