import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { ask } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import type { Judged, Part, Unjudged } from './estimate.ts'
import { pageBytes } from './page-layout.ts'

/** The server reads the whole of what it measures: the largest doubts only, and no more than this of them. */
export interface MeasureLimits {
  readonly count: number
  /** Of one relation. */
  readonly bytes: number
  readonly timeMs: number
}

export type Measuring =
  | { readonly extension: 'missing' | 'not-allowed' | 'not-asked' }
  | { readonly extension: 'used'; readonly measured: number; readonly schema: string }

export type PgstattupleFacts = { readonly schema: string; readonly isAllowed: boolean }

/** Where pgstattuple is installed, as `PgstattupleFacts`. */
export const extensionSql = `
  select n.nspname as schema,
         has_schema_privilege(n.oid, 'usage') and not exists (
           select 1 from pg_proc p where p.pronamespace = n.oid and p.proname in ('pgstattuple_approx', 'pgstatindex')
             and not has_function_privilege(p.oid, 'execute')
         ) as "isAllowed"
  from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pgstattuple'`

/**
 * Asks the server to measure the parts where most is to gain, by the extension pgstattuple, if it is installed and the role may. What could not be
 * measured, since it is locked or takes too long, stays as it was.
 */
export async function measure(
  component: Component<PostgresOptions>,
  parts: readonly (Judged | Unjudged)[],
  limits: MeasureLimits,
  ctx: StepContext,
): Promise<{ readonly parts: readonly (Judged | Unjudged)[]; readonly measuring: Measuring }> {
  if (limits.count === 0) return { parts, measuring: { extension: 'not-asked' } }
  const found = await ask<PgstattupleFacts>(component, { sql: extensionSql }, ctx)
  const [extension] = found.ok ? found.rows : []
  if (extension === undefined) return { parts, measuring: { extension: 'missing' } }
  if (!extension.isAllowed) return { parts, measuring: { extension: 'not-allowed' } }
  const started = ctx.clock.monotonicMs()
  const measured = new Map<number, Judged>()
  const doubts = parts.filter(({ bytes }) => bytes > 0 && bytes <= limits.bytes).toSorted((a, b) => gain(b) - gain(a))
  for (const part of doubts.slice(0, limits.count)) {
    if (ctx.clock.monotonicMs() - started > limits.timeMs) break
    const seen = await measureOne(component, part, extension.schema, ctx)
    if (seen !== undefined) measured.set(part.oid, seen)
  }
  return {
    parts: parts.map((part) => measured.get(part.oid) ?? part),
    measuring: { extension: 'used', measured: measured.size, schema: extension.schema },
  }
}

/** Of what could not be judged all may be. */
function gain(part: Judged | Unjudged): number {
  return 'bloatBytes' in part ? part.bloatBytes : part.bytes
}

type Heap = { readonly bytes: number; readonly free: number; readonly dead: number }
export type Tree = {
  readonly bytes: number
  readonly internal: number
  readonly leaves: number
  readonly density: number
}

async function measureOne(
  component: Component<PostgresOptions>,
  part: Part,
  schema: string,
  ctx: StepContext,
): Promise<Judged | undefined> {
  const values = () => [part.oid]
  if (part.index === null) {
    const sql = `select table_len::float8 as bytes, approx_free_space::float8 as free, dead_tuple_len::float8 as dead
                 from ${quoted(schema)}.pgstattuple_approx($1::oid::regclass)`
    const answer = await ask<Heap>(component, { sql, values }, ctx)
    const [seen] = answer.ok ? answer.rows : []
    return (
      seen && {
        ...withoutIdentity(part),
        bytes: seen.bytes,
        bloatBytes: heapBloat(seen, part.fillFactor),
        isExact: true,
      }
    )
  }
  const answer = await ask<Tree>(component, { sql: treeSql(schema), values }, ctx)
  const [seen] = answer.ok ? answer.rows : []
  return seen && treeOf(part, seen)
}

/** Measures a B-tree, as `Tree`; $1 is its number. */
export function treeSql(schema: string): string {
  return `select index_size::float8 as bytes, internal_pages::float8 as internal, leaf_pages::float8 as leaves,
                 case when avg_leaf_density = 'NaN' then 0 else avg_leaf_density end as density
          from ${quoted(schema)}.pgstatindex($1::oid::regclass)`
}

export function treeOf(part: Part, seen: Tree): Judged {
  return { ...withoutIdentity(part), bytes: seen.bytes, bloatBytes: treeBloat(seen, part.fillFactor), isExact: true }
}

function withoutIdentity({ schema, table, index, isToast, oid, bytes, fillFactor }: Part): Part {
  return { schema, table, index, isToast, oid, bytes, fillFactor }
}

/** All but the living rows at the density that `fillfactor` gives them in a new table. */
export function heapBloat({ bytes, free, dead }: Heap, fillFactor: number): number {
  return Math.max(0, bytes - ((bytes - free - dead) * 100) / fillFactor)
}

/** Leaves packed as `fillfactor` says, what leads to them, and the first page. */
export function treeBloat({ bytes, internal, leaves, density }: Tree, fillFactor: number): number {
  const needed = Math.ceil(leaves * Math.min(1, density / fillFactor))
  return Math.max(0, bytes - (1 + internal + needed) * pageBytes)
}
