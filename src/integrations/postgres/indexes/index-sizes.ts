import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { sharedAnswer } from '../connection/shared-answer.ts'
import { systemSchemas } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { relationBytes } from '../tables/sizes.ts'

/** An index that holds something itself, by its number and that of its table. */
export type IndexSize = { readonly oid: number; readonly tableOid: number; readonly bytes: number }

/** To ask for the size of an index the server opens it, 50 µs each at first. */
const indexesAtOnce = 10_000

const sql = `
  with picked as materialized (
    select i.indexrelid, i.indrelid from pg_index i
    join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
    where t.relkind in ('r', 'm') and t.relpersistence <> 't' and n.nspname not in ${systemSchemas} and i.indexrelid > $1
    order by i.indexrelid limit ${indexesAtOnce}
  )
  select c.oid::int8, indrelid::int8 as "tableOid", ${relationBytes('c')} as bytes
  from picked join pg_class c on c.oid = indexrelid order by c.oid`

/** The sizes of all indexes of the application's tables; asked once for all who ask within seconds. */
export async function indexSizes(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<IndexSize>> {
  return sharedAnswer('sizes of indexes', () => indexSizesNow(component, ctx), ctx)
}

export async function indexSizesNow(
  component: Component<PostgresOptions>,
  ctx: StepContext,
): Promise<Answer<IndexSize>> {
  const rows: IndexSize[] = []
  // It ends: the numbers rise.
  for (;;) {
    const after = rows.at(-1)?.oid ?? 0
    const answer = await ask<IndexSize>(component, { sql, values: () => [after] }, ctx)
    if (!answer.ok) return answer
    rows.push(...answer.rows)
    if (answer.rows.length < indexesAtOnce) return { ...answer, rows }
  }
}
