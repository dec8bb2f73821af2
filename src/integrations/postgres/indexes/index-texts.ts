import { message } from '../../../core/message.ts'
import type { FindingDraft, Measurements, Verdict } from '../../../core/verdict.ts'
import type { Answer } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import { blind, onlyOnPrimary, rightDatabase } from '../texts.ts'
import { toldOf, toldTexts } from '../told-findings.ts'
import type { Index, Redundant } from './indexes.ts'

export const noIndexes = message('postgres.no-indexes', {
  en: () => 'could not tell: the role sees no index of the application in this database',
  fr: () => "indéterminé : le rôle ne voit aucun index de l'application dans cette base",
})
export const dropRemedy = message<{ index: string }>('postgres.drop-remedy', {
  en: (p) => `DROP INDEX CONCURRENTLY ${p.index};`,
  fr: (p) => `DROP INDEX CONCURRENTLY ${p.index};`,
})
export const dropTreeRemedy = message<{ index: string }>('postgres.drop-tree-remedy', {
  en: (p) =>
    `SET lock_timeout = '2s'; DROP INDEX ${p.index};   -- CONCURRENTLY is not for partitioned indexes: it locks the table with all its partitions for a moment; at a quiet time, and again when it gives up`,
  fr: (p) =>
    `SET lock_timeout = '2s'; DROP INDEX ${p.index};   -- CONCURRENTLY n'existe pas pour un index partitionné : la table et toutes ses partitions sont verrouillées un instant ; à une heure calme, et de nouveau s'il abandonne`,
})
export const rebuildRemedy = message<{ index: string }>('postgres.rebuild-remedy', {
  en: (p) => `REINDEX INDEX CONCURRENTLY ${p.index};`,
  fr: (p) => `REINDEX INDEX CONCURRENTLY ${p.index};`,
})
export const fineIndexes = message<{ count: number }>('postgres.indexes-fine', {
  en: (p, f) => `${f.plural(p.count, { one: '1 index', other: `${p.count} indexes` })} looked at`,
  fr: (p, f) => `${f.plural(p.count, { one: '1 index contrôlé', other: `${p.count} index contrôlés` })}`,
})
export const indexTexts = [noIndexes, dropRemedy, dropTreeRemedy, rebuildRemedy, fineIndexes, ...toldTexts]

export function nameOf({ schema, name }: Index): string {
  return schema === 'public' ? name : `${schema}.${name}`
}

export function drop({ schema, name, isPartitioned }: Index): ReturnType<typeof dropRemedy> {
  const index = quoted(schema, name)
  return isPartitioned ? dropTreeRemedy({ index }) : dropRemedy({ index })
}

export function rebuild({ schema, name }: Index): ReturnType<typeof rebuildRemedy> {
  return rebuildRemedy({ index: quoted(schema, name) })
}

export function subjectOf({ schema, name }: Index): string {
  return `${schema}.${name}`
}

/** A finding on one index, and what would be gained by it in bytes. */
export interface IndexFinding extends Omit<FindingDraft, 'subject'> {
  readonly index: Index
}

/** A verdict on all indexes from the findings on some of them. */
export function judgeIndexes(
  answer: Answer<Index>,
  find: (all: readonly Index[]) => readonly IndexFinding[],
  what: string,
  more: Measurements = {},
): Verdict {
  if (!answer.ok) return blind(answer)
  if (answer.isStandby) return onlyOnPrimary()
  if (answer.rows.length === 0) return { status: 'error', reason: noIndexes({}), remedy: rightDatabase({}) }
  const found = find(answer.rows)
  const findings = found.map(({ index, ...finding }): FindingDraft => ({ subject: subjectOf(index), ...finding }))
  const measurements = {
    ...more,
    indexes: answer.rows.length,
    [what]: found.length,
    reclaimable_bytes: found.reduce((sum, { index }) => sum + index.bytes, 0),
  }
  const seen = { saw: answer.rows.length, measurements }
  const [first] = findings
  if (first === undefined) return { status: 'pass', ...seen, reason: fineIndexes({ count: answer.rows.length }) }
  const told = toldOf(findings, answer.rows.map(subjectOf))
  return { status: 'warn', ...seen, ...told, reason: first.title, ...(first.remedy && { remedy: first.remedy }) }
}

/** The findings on indexes that another one makes superfluous. */
export function redundantFindings(
  redundant: readonly Redundant[],
  title: (params: { name: string; table: string; bytes: number; keeps: string }) => FindingDraft['title'],
  severity: FindingDraft['severity'],
): readonly IndexFinding[] {
  return redundant.map(({ index, keeps }) => ({
    index,
    severity,
    title: title({ name: nameOf(index), table: index.table, bytes: index.bytes, keeps: nameOf(keeps) }),
    remedy: drop(index),
  }))
}
