import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import type { CheckOptions, IndexAdvice } from '../../../core/database.ts'
import { message, type Text } from '../../../core/message.ts'
import type { Unanswered } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { noTablesSeen, nothingCounted, onlyOnPrimary } from '../texts.ts'
import { type ForeignKey, foreignKeyLimits, missingIndexes } from './foreign-keys.ts'
import { duplicates, type Index, indexes, overlaps } from './indexes.ts'
import { lookForUnused, unusedAmong, unusedLimits, writesOn } from './unused-look.ts'

const notJudged = message<{ count: number; neededMs: number }>('postgres.advice-young', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 index without a scan is', other: `${p.count} indexes without a scan are` })} not judged yet: not known for ${f.duration(p.neededMs)}. Let the check unused-index look every day`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: "1 index sans lecture n'est pas encore jugé", other: `${p.count} index sans lecture ne sont pas encore jugés` })} : pas connus depuis ${f.duration(p.neededMs)}. Laissez le contrôle unused-index passer chaque jour`,
})
const unknownReads = message<{ count: number }>('postgres.advice-replicas', {
  en: (p, f) =>
    `What ${f.plural(p.count, { one: 'a replica reads', other: `${p.count} replicas read` })} is not known: give their urls as "replicas" of the component before you drop what looks unused`,
  fr: (p, f) =>
    `Ce que ${f.plural(p.count, { one: 'lit un réplica', other: `lisent ${p.count} réplicas` })} n'est pas connu : donnez leurs urls dans « replicas » du composant avant de supprimer ce qui semble inutilisé`,
})
export const adviceTexts = [notJudged, unknownReads]

export type DropAdvice = Exclude<IndexAdvice, 'missing-foreign-key'>

export interface Advised {
  readonly index: Index
  readonly advice: DropAdvice | null
  readonly writesPerDay: number | null
}

export type Advice =
  | {
      readonly ok: true
      readonly indexes: readonly Advised[]
      readonly missing: readonly ForeignKey[]
      /** Replicas of which it is not known what they read. */
      readonly unasked: number
      /** What could not be told. */
      readonly notes: readonly Text[]
    }
  | { readonly ok: false; readonly refused: Unanswered }
  | { readonly ok: false; readonly reason: Text; readonly remedy?: Text }

/** What the checks on indexes advise, by the same rules, options and history, as one list. */
export async function indexAdvice(
  component: Component<PostgresOptions>,
  checks: CheckOptions,
  ctx: StepContext,
  list: typeof indexes = indexes,
): Promise<Advice> {
  const { minStatisticsAge } = unusedLimits.parse(checks['unused-index'] ?? {})
  const asCheck: StepContext = {
    ...ctx,
    history: (name, sinceMs, step = 'unused-index') => ctx.history(name, sinceMs, step),
  }
  const { now, answer, beside } = await lookForUnused(component, minStatisticsAge, asCheck, list)
  if (!answer.ok) return { ok: false, refused: answer }
  if (beside === undefined) return elsewhere(onlyOnPrimary())
  if (!answer.isCounting) return elsewhere(nothingCounted())
  const { keys } = beside
  for (const one of [beside.sight.primary, beside.replicas]) if (!one.ok) return { ok: false, refused: one }
  if (!keys.ok) return { ok: false, refused: keys }
  // An empty list would look as if all were well in the wrong database.
  if (answer.rows.length === 0) {
    if (!beside.tables.ok) return { ok: false, refused: beside.tables }
    if (beside.tables.rows.length === 0) return elsewhere(noTablesSeen())
  }

  const judged = unusedAmong(answer.rows, { now, beside }, minStatisticsAge)
  const { named, young, unasked } = 'reason' in judged ? { named: [], young: [], unasked: 0 } : judged
  const advised = new Map<Index, DropAdvice>([
    ...named.map(({ index }) => [index, 'unused'] as const),
    ...overlaps(answer.rows).map(({ index }) => [index, 'overlapping'] as const),
    ...duplicates(answer.rows).map(({ index }) => [index, 'duplicate'] as const),
    ...answer.rows
      .filter(({ isValid, isBuilding }) => !isValid && !isBuilding)
      .map((index) => [index, 'invalid'] as const),
  ])
  const writes = writesOn(beside, now)
  return {
    ok: true,
    indexes: answer.rows.map((index) => ({
      index,
      advice: advised.get(index) ?? null,
      writesPerDay: writes(index),
    })),
    missing: missingIndexes(keys.rows, foreignKeyLimits.parse(checks['missing-foreign-key-index'] ?? {})),
    unasked,
    notes: [
      ...('reason' in judged ? [judged.reason, judged.remedy] : []),
      ...(young.length > 0 ? [notJudged({ count: young.length, neededMs: minStatisticsAge })] : []),
      ...(unasked > 0 ? [unknownReads({ count: unasked })] : []),
    ],
  }
}

function elsewhere(verdict: ReturnType<typeof onlyOnPrimary>): Advice {
  const { reason, remedy } = { remedy: undefined, ...verdict }
  if (reason === undefined) throw new Error('a look without an answer has its reason')
  return { ok: false, reason, ...(remedy && { remedy }) }
}
