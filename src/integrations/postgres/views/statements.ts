import type { StepContext } from '../../../core/context.ts'
import type { DatabaseStatement, Seen, StatementsWanted } from '../../../core/database.ts'
import { message, type Text } from '../../../core/message.ts'
import type { PostgresOptions } from '../options.ts'
import type { Done, Span } from '../statements/difference.ts'
import { meanMs, repeatedIn, timeShares, usualRepeated } from '../statements/judged.ts'
import { lookAtStatements, type StatementsLook } from '../statements/look.ts'
import { firstLook, firstLookRemedy, obstacleOf, readingTexts } from '../statements/statement-texts.ts'

const spanNote = message<{ from: string; spanMs: number; wantedMs: number }>('postgres.statements-span', {
  en: (p, f) =>
    `Since ${f.dateTime(p.from)}, ${f.duration(p.spanMs)}${isNear(p) ? '' : ` (asked for: ${f.duration(p.wantedMs)}; no look nearer to it is kept)`}.`,
  fr: (p, f) =>
    `Depuis ${f.dateTime(p.from)}, ${f.duration(p.spanMs)}${isNear(p) ? '' : ` (demandé : ${f.duration(p.wantedMs)} ; aucun regard plus proche n'est gardé)`}.`,
})
const resetNote = message('postgres.statements-reset-note', {
  en: () => 'The counters were reset in between: what was done between the look before it and the reset is lost.',
  fr: () =>
    'Les compteurs ont été remis à zéro entre-temps : ce qui a été fait entre le regard précédent et la remise à zéro est perdu.',
})
const evictedNote = message<{ count: number }>('postgres.statements-evicted-note', {
  en: (p, f) =>
    `The server forgot the least called statements ${f.plural(p.count, { one: 'once', other: `${f.number(p.count)} times` })} to make room, so some may be missing: raise pg_stat_statements.max.`,
  fr: (p, f) =>
    `Le serveur a oublié les requêtes les moins appelées ${f.number(p.count)} fois pour faire de la place, il peut en manquer : augmentez pg_stat_statements.max.`,
})
const unknownNote = message<{ count: number }>('postgres.statements-unknown-note', {
  en: (p, f) =>
    `Left out, since it is not known what they did before: ${f.plural(p.count, { one: '1 statement', other: `${f.number(p.count)} statements` })}.`,
  fr: (p, f) =>
    `Hors de la liste, faute de savoir ce qui avait été fait avant : ${f.plural(p.count, { one: '1 requête', other: `${f.number(p.count)} requêtes` })}.`,
})
const alone = message('postgres.statements-not-compared', {
  en: () => 'Not compared with a week before: no looks of then are kept.',
  fr: () => "Pas de comparaison avec la semaine précédente : aucun regard d'alors n'est gardé.",
})
export const statementsViewTexts = [...readingTexts, spanNote, resetNote, evictedNote, unknownNote, alone]

function isNear({ spanMs, wantedMs }: { readonly spanMs: number; readonly wantedMs: number }): boolean {
  return spanMs > wantedMs * 0.75 && spanMs < wantedMs * 1.5
}

/** What the statements did within a span: the difference between the counters now and those of an earlier look. */
export async function statementsView(
  options: PostgresOptions,
  ctx: StepContext,
  { sinceMs, order, limit }: StatementsWanted,
): Promise<Seen<DatabaseStatement>> {
  const look = await lookAtStatements({ name: '', system: '', options }, { sinceMs, keeps: 'first' }, ctx)
  const obstacle = obstacleOf(look.reading)
  if (obstacle !== undefined) {
    const { reason, remedy } = obstacle
    return { ok: false, reason, ...(remedy && { remedy }) }
  }
  const { span, weekBefore } = look
  if (span === undefined) return { ok: false, reason: firstLook({}), remedy: firstLookRemedy({}) }
  const rows = rowsOf(look, span).toSorted(orders[order]).slice(0, limit)
  return { ok: true, rows, notes: notesOf(span, weekBefore, sinceMs) }
}

function rowsOf({ state, texts, weekBefore }: StatementsLook, span: Span): readonly DatabaseStatement[] {
  const shareOf = timeShares(span)
  const repeated = new Set(repeatedIn(span, texts, usualRepeated).map(({ done }) => done))
  return [...span.done.values()].map((done: Done): DatabaseStatement => {
    const { key, id, userId, calls, totalMs, rows, hitBlocks, readBlocks, tempBytes } = done
    const before = weekBefore?.done.get(key)
    return {
      ...{ id, user: state?.users[userId] ?? userId, statement: texts.get(id) ?? '', calls, totalMs, rows, tempBytes },
      meanMs: meanMs(done),
      timeShare: shareOf(done),
      cacheHitRatio: hitBlocks + readBlocks === 0 ? null : hitBlocks / (hitBlocks + readBlocks),
      meanMsWeekBefore: before === undefined ? null : meanMs(before),
      isRepeated: repeated.has(done),
      meansMs: span.meansMs.get(key) ?? [],
    }
  })
}

type Order = (a: DatabaseStatement, b: DatabaseStatement) => number

const byTime: Order = (a, b) => b.totalMs - a.totalMs
const orders: Readonly<Record<StatementsWanted['order'], Order>> = {
  time: byTime,
  mean: (a, b) => b.meanMs - a.meanMs || byTime(a, b),
  calls: (a, b) => b.calls - a.calls || byTime(a, b),
  temp: (a, b) => b.tempBytes - a.tempBytes || byTime(a, b),
  regression: (a, b) => slowdown(b) - slowdown(a) || byTime(a, b),
}

/** Times the mean of a week before; 0 of what was not there. */
function slowdown({ meanMs: now, meanMsWeekBefore }: DatabaseStatement): number {
  return meanMsWeekBefore === null || meanMsWeekBefore === 0 ? 0 : now / meanMsWeekBefore
}

function notesOf(span: Span, weekBefore: Span | undefined, wantedMs: number): readonly Text[] {
  const { fromMs, toMs, wasReset, evictions, unknown } = span
  return [
    spanNote({ from: new Date(fromMs).toISOString(), spanMs: toMs - fromMs, wantedMs }),
    ...(wasReset ? [resetNote({})] : []),
    ...(evictions !== null && evictions > 0 ? [evictedNote({ count: evictions })] : []),
    ...(unknown > 0 ? [unknownNote({ count: unknown })] : []),
    ...(weekBefore === undefined ? [alone({})] : []),
  ]
}
