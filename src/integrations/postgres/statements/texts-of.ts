import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { redactSqlLiterals } from '../../../core/sql-literals.ts'
import { ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { viewIn } from './reading.ts'
import { isObject } from './state.ts'

const snapshotName = 'statement-texts'
/** Enough to tell which one it is; the plan is made from the whole text, which the server has. */
const longestText = 500
/** Read of each: an ORM lists every column, and the literals go before it is cut. */
const longestRead = 4000
/** Of statements that the server has forgotten meanwhile. */
const keptForgotten = 2000
/** The newest of a name is always kept. */
const everMs = 3650 * 86_400_000

/** Texts without literals by the number of the statement. */
export type StatementTexts = ReadonlyMap<string, string>

/**
 * The texts of these statements, and of those that were there before. Only new ones are asked for. They are kept apart
 * from the counters, so that each is kept once and not once an hour.
 */
export async function statementTexts(
  component: Component<PostgresOptions>,
  { schema, ids }: { readonly schema: string; readonly ids: readonly string[] },
  ctx: StepContext,
): Promise<StatementTexts> {
  const known = await keptTexts(ctx)
  const wanted = [...new Set(ids)]
  const missing = wanted.filter((id) => !known.has(id))
  if (missing.length === 0) return known
  const sql = `
    select distinct on (queryid) queryid::text as id, left(query, ${longestRead}) as query
    from ${viewIn(schema)}
    where dbid = (select oid from pg_database where datname = current_database())
      and queryid = any($1::bigint[]) and query is not null
    order by queryid`
  const answer = await ask<{ id: string; query: string }>(component, { sql, values: () => [missing] }, ctx)
  if (!answer.ok) return known
  const found = answer.rows.map(({ id, query }): [string, string] => [id, shortText(query)])
  const all = new Map([...found, ...known])
  const present = new Set(wanted)
  const forgotten = [...all].filter(([id]) => !present.has(id)).slice(0, keptForgotten)
  const kept = [...[...all].filter(([id]) => present.has(id)), ...forgotten]
  await ctx.snapshots.keep(snapshotName, { texts: Object.fromEntries(kept) })
  return all
}

/** Constants are `$1` already in what can be planned, not in other statements; no literal is ever kept. */
export function shortText(sql: string): string {
  return redactSqlLiterals(sql).replace(/\s+/g, ' ').trim().slice(0, longestText)
}

async function keptTexts(ctx: StepContext): Promise<Map<string, string>> {
  const at = (await ctx.snapshots.times(snapshotName, everMs)).at(-1)
  const body = at && (await ctx.snapshots.read(snapshotName, at))
  const texts = isObject(body) ? body['texts'] : undefined
  if (!isObject(texts)) return new Map()
  return new Map(Object.entries(texts).flatMap(([id, text]) => (typeof text === 'string' ? [[id, text]] : [])))
}
