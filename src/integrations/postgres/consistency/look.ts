import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { ask, type Row, type Unanswered } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { isPersonal, looksPersonal, pseudonym } from '../pseudonym.ts'
import type { ConsistencyRule } from './rule.ts'
import { columnsSql, countersSql, rowsSql } from './sql.ts'

/** Keys that are shown of one rule: enough to begin with, never a copy of the table. */
export const examplesAtMost = 10
/** The longest key that is shown, in characters: what is longer is no key. */
const longestKey = 80
/** What stays of the step's time for its end. */
const marginMs = 2000
const pseudonymKey = 'pseudonyms'

export type RuleAnswer =
  | { readonly is: 'rows'; readonly count: number; readonly value: string | null; readonly keys: readonly string[] }
  | {
      readonly is: 'counters'
      readonly counters: number
      readonly sources: number
      readonly nullKeys: number
      readonly doubleKeys: number
      readonly different: number
      readonly missing: number
      readonly keys: readonly string[]
    }
  | { readonly is: 'unanswered'; readonly answer: Unanswered }
  | { readonly is: 'no-time' }

/** Asks what the rule wants to know. Keys that tell who somebody is come under another name. */
export async function lookAtRule(
  component: Component<PostgresOptions>,
  rule: ConsistencyRule,
  until: number,
  ctx: StepContext,
): Promise<RuleAnswer> {
  const leftMs = until - ctx.clock.monotonicMs() - marginMs
  if (leftMs < 1000) return { is: 'no-time' }
  const statementTimeout = Math.min(rule.timeLimit, leftMs)
  const limited = { ...component, options: { ...component.options, statementTimeout } }
  const query = (sql: string, limit: number) => ({ sql, values: () => [limit], isOwn: true })
  const first = rule.query ?? rule.counter ?? ''
  const shape = await ask<Row>(limited, query(columnsSql(first), 0), ctx)
  if (!shape.ok) return { is: 'unanswered', answer: shape }
  const hide = await hiding(rule, shape.columns[0]?.name ?? '', ctx)
  if (rule.counter === undefined || rule.source === undefined) {
    const answer = await ask<FoundRows>(limited, query(rowsSql(first), examplesAtMost), ctx)
    if (!answer.ok) return { is: 'unanswered', answer }
    const [row] = answer.rows
    const keys = (row?.keys ?? []).map(hide)
    // Only what is expected to be a number leaves the database as it is.
    return { is: 'rows', count: Number(row?.count ?? 0), value: row?.value ?? null, keys }
  }
  const answer = await ask<FoundCounters>(limited, query(countersSql(rule.counter, rule.source), examplesAtMost), ctx)
  if (!answer.ok) return { is: 'unanswered', answer }
  const [row] = answer.rows
  return {
    is: 'counters',
    counters: Number(row?.counters ?? 0),
    sources: Number(row?.sources ?? 0),
    nullKeys: Number(row?.nullKeys ?? 0),
    doubleKeys: Number(row?.doubleKeys ?? 0),
    different: Number(row?.different ?? 0),
    missing: Number(row?.missing ?? 0),
    keys: (row?.keys ?? []).map(hide),
  }
}

async function hiding(
  { pseudonymise }: ConsistencyRule,
  column: string,
  ctx: StepContext,
): Promise<(key: string | null) => string> {
  const own = await ctx.ownKey(pseudonymKey)
  return (key) => {
    if (key === null) return 'null'
    if (pseudonymise ?? (isPersonal(column) || looksPersonal(key))) return pseudonym(own, key)
    return key.length > longestKey ? `${key.slice(0, longestKey).toWellFormed()}…` : key
  }
}

type FoundRows = {
  readonly count: string
  readonly value: string | null
  readonly keys: readonly (string | null)[] | null
}
type FoundCounters = {
  readonly counters: string
  readonly sources: string
  readonly nullKeys: string
  readonly doubleKeys: string
  readonly different: string
  readonly missing: string
  readonly keys: readonly string[] | null
}
