import type { StepContext } from '../../../core/context.ts'
import type { Reader } from '../connection/reader.ts'
import { keyOf, usageBefore } from '../indexes/index-usage.ts'
import { statisticsSince } from '../indexes/statistics-age.ts'

const dayMs = 86_400_000
const weekMs = 7 * dayMs
/** Less is no picture of a day. */
const leastSpanMs = dayMs / 24

/** What sequential scans read of a table, of all its partitions when it is partitioned. */
export interface TableReads {
  /** Rows, since the statistics began. */
  readonly rows: number
  readonly wholeReadsPerDay: number | null
}

type Reads = {
  readonly schema: string
  readonly table: string
  readonly rows: number
  readonly live: number
  readonly statisticsAgeMs: number | null
}

const sql = `
  with recursive tree as (
    select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2
    union all select h.inhrelid from tree join pg_inherits h on h.inhparent = tree.oid
  )
  select s.schemaname as schema, s.relname as table, s.seq_tup_read::float8 as rows,
         greatest(s.n_live_tup, 0)::float8 as live,
         (extract(epoch from now() - ${statisticsSince}) * 1000)::float8 as "statisticsAgeMs"
  from tree join pg_stat_user_tables s on s.relid = tree.oid join pg_class c on c.oid = s.relid where c.relkind <> 'p'`

/** As it is at this moment; a day is one of the last week where a snapshot tells, else of the time of the statistics. */
export async function readsOf(
  read: Reader,
  { schema, table }: { readonly schema: string; readonly table: string },
  ctx: StepContext,
): Promise<TableReads> {
  const now = ctx.clock.now().getTime()
  const parts = await read<Reads>(sql, [schema, table])
  const { weekAgo } = await usageBefore(ctx, weekMs)
  const rows = parts.reduce((sum, one) => sum + one.rows, 0)
  const live = parts.reduce((sum, one) => sum + one.live, 0)
  const kept = parts.map((one) => weekAgo?.usage.tables[keyOf(one.schema, one.table)]?.[3])
  const keptRows = kept.reduce<number>((sum, one) => sum + (one ?? 0), 0)
  const spanMs = weekAgo === undefined ? 0 : now - weekAgo.at.getTime()
  const isComparable = kept.every((one) => one !== undefined) && rows >= keptRows && spanMs >= leastSpanMs
  const statisticsAge = parts[0]?.statisticsAgeMs ?? 0
  const perDay = isComparable
    ? ((rows - keptRows) * dayMs) / spanMs
    : statisticsAge >= leastSpanMs
      ? (rows * dayMs) / statisticsAge
      : null
  return { rows, wholeReadsPerDay: perDay === null ? null : perDay / Math.max(1, live) }
}
