import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { ask, type Unanswered } from '../connection/connection.ts'
import { systemSchemas } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { estimateIndex, estimateTable, type Judged, type Unjudged } from './estimate.ts'
import { type MeasureLimits, type Measuring, measure } from './measure.ts'
import { indexFacts, relationLimit, tableFacts } from './relations.ts'

export type BloatPart = Judged | Unjudged

export interface BloatLook {
  /** Where most is to gain first; then what could not be judged, the largest first. */
  readonly answer:
    | Unanswered
    | {
        readonly ok: true
        readonly isStandby: boolean
        readonly isCounting: boolean
        readonly rows: readonly BloatPart[]
      }
  /** All that the database has, of whatever size. */
  readonly tables: number
  readonly measuring: Measuring
  /** There are more tables or indexes than are looked at. */
  readonly isCut: boolean
}

export interface BloatWanted {
  /** Smaller parts are left out. */
  readonly leastBytes: number
  readonly measure: MeasureLimits
}

const countSql = `
  select count(*)::float8 as tables from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and c.relpersistence <> 't' and n.nspname not in ${systemSchemas}`

/** How much of the largest tables, their TOAST and B-trees would be free after a rewrite. */
export async function lookForBloat(
  component: Component<PostgresOptions>,
  { leastBytes, measure: limits }: BloatWanted,
  ctx: StepContext,
): Promise<BloatLook> {
  const none = { tables: 0, measuring: { extension: 'not-asked' }, isCut: false } as const
  const all = await ask<{ tables: number }>(component, { sql: countSql }, ctx)
  if (!all.ok) return { answer: all, ...none }
  const tables = await tableFacts(component, leastBytes, ctx)
  if (!tables.ok || tables.isStandby || !tables.isCounting)
    return { answer: tables.ok ? { ...tables, rows: [] } : tables, ...none }
  const indexes = await indexFacts(component, leastBytes, ctx)
  if (!indexes.ok) return { answer: indexes, ...none }
  const estimated = [...tables.rows.flatMap(estimateTable), ...indexes.rows.map(estimateIndex)]
  const large = estimated.filter(({ bytes }) => bytes >= leastBytes)
  const { parts, measuring } = await measure(component, large, limits, ctx)
  return {
    answer: { ...tables, rows: parts.toSorted(byGain) },
    tables: all.rows[0]?.tables ?? 0,
    measuring,
    isCut: tables.rows.length === relationLimit || indexes.rows.length === relationLimit,
  }
}

export function isJudged(part: BloatPart): part is Judged {
  return 'bloatBytes' in part
}

function byGain(a: BloatPart, b: BloatPart): number {
  const [first, second] = [a, b].map((one) => (isJudged(one) ? one.bloatBytes : -1))
  return (second ?? 0) - (first ?? 0) || b.bytes - a.bytes || a.oid - b.oid
}
