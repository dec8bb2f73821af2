import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import type { PostgresOptions } from '../options.ts'
import { difference, isComparable, type Span, spanSum } from './difference.ts'
import { type Reading, readStatements, stateOf } from './reading.ts'
import { looksSince, looksWeekBefore, neededMs } from './spans.ts'
import { fromBody, type State, toBody } from './state.ts'
import { type StatementTexts, statementTexts } from './texts-of.ts'

const snapshotName = 'statements'

/** What was asked now, beside what earlier looks kept. */
export interface StatementsLook {
  readonly reading: Reading
  /** Since the look nearest to the beginning of the span; undefined without any. */
  readonly span: Span | undefined
  /** Over as long, a week before. */
  readonly weekBefore: Span | undefined
  /** Undefined when not all could be seen. */
  readonly state: State | undefined
  readonly texts: StatementTexts
}

/** Looks now and compares. `keeps`: always, or only when there was nothing to compare with. Default: always. */
export async function lookAtStatements(
  component: Component<PostgresOptions>,
  { sinceMs, keeps = 'always' }: { readonly sinceMs: number; readonly keeps?: 'always' | 'first' },
  ctx: StepContext,
): Promise<StatementsLook> {
  const reading = await readStatements(component, ctx)
  const read = reading.rows?.ok ? stateOf(reading.rows.rows) : undefined
  const extension = reading.extension.ok ? reading.extension.rows[0] : undefined
  const schema = extension?.schema ?? null
  // Of what the role may not see nothing is kept: later, with more rights, all of it would look new.
  if (read === undefined || schema === null || read.head.hidden > 0)
    return { reading, span: undefined, weekBefore: undefined, state: undefined, texts: new Map() }
  const { state } = read
  const now = ctx.clock.now()
  const times = await ctx.snapshots.times(snapshotName, neededMs(sinceMs))
  const span = await spanOver(looksSince(times, now, sinceMs), state, state, ctx)
  const weekBefore = await spanOver(looksWeekBefore(times, now, sinceMs), undefined, state, ctx)
  if (keeps === 'always' || span === undefined) await ctx.snapshots.keep(snapshotName, toBody(state))
  const ids = state.entries.map(({ id }) => id)
  const texts = await statementTexts(component, { schema, ids }, ctx)
  return { reading, span, weekBefore, state, texts }
}

/**
 * From look to look, and to `last`. What cannot be compared is left out: what another version kept, and what was asked of
 * another server than `live`. Two of them are in memory at a time.
 */
async function spanOver(
  times: readonly Date[],
  last: State | undefined,
  live: State,
  ctx: StepContext,
): Promise<Span | undefined> {
  const all = spanSum()
  let before: State | undefined
  const take = (state: State): void => {
    const one = before && difference(before, state)
    if (before !== undefined && one === undefined) return
    if (one !== undefined) all.add(one)
    before = state
  }
  for (const time of times) {
    const state = fromBody(await ctx.snapshots.read(snapshotName, time))
    if (state !== undefined && isComparable(state, live)) take(state)
  }
  if (last !== undefined) take(last)
  return all.span()
}
