import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { drop, type IndexFinding, indexTexts, judgeIndexes, nameOf } from '../index-texts.ts'
import { type Index, indexes, unused } from '../indexes.ts'
import type { PostgresOptions } from '../options.ts'
import { postgresTexts } from '../texts.ts'

const dayMs = 86_400_000

const unusedFor = message<{ name: string; table: string; bytes: number; ageMs: number }>('postgres.unused-index', {
  en: (p, f) => `${p.name} on ${p.table}: ${f.bytes(p.bytes)}, no scan in ${f.duration(p.ageMs)}`,
  fr: (p, f) => `${p.name} sur ${p.table} : ${f.bytes(p.bytes)}, aucune lecture en ${f.duration(p.ageMs)}`,
})
const tooYoung = message<{ ageMs: number; neededMs: number }>('postgres.statistics-young', {
  en: (p, f) =>
    `could not tell: scans are counted for ${f.duration(p.ageMs)} only, ${f.duration(p.neededMs)} are needed`,
  fr: (p, f) =>
    `indéterminé : les lectures ne sont comptées que depuis ${f.duration(p.ageMs)}, il en faut ${f.duration(p.neededMs)}`,
})

const wait = message<{ neededMs: number }>('postgres.statistics-wait', {
  en: (p, f) =>
    `Wait until the statistics are ${f.duration(p.neededMs)} old, or set minStatisticsAge lower when no report or closing of the month is missed by it`,
  fr: (p, f) =>
    `Attendez que les statistiques aient ${f.duration(p.neededMs)}, ou réduisez minStatisticsAge si aucun état ni clôture de fin de mois n'y échappe`,
})

/** Indexes that no query has read for as long as the statistics go back. What backs a constraint is never named. */
export const unusedIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-unused-index',
  summary: message('postgres.unused-summary', { en: () => 'every index is used', fr: () => 'chaque index sert' }),
  options: z.strictObject({
    /** A month-end job must have had its turn: 31 days and a few. */
    minStatisticsAge: durationSchema.default(35 * dayMs),
  }),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...postgresTexts, ...indexTexts, unusedFor, tooYoung, wait],
  probe: (component, _, ctx) => indexes(component, ctx),
  judge: (answer, { minStatisticsAge }) => {
    const age = answer.ok ? answer.rows[0]?.statisticsAgeMs : undefined
    const isJudged = answer.ok && !answer.isStandby && answer.rows.length > 0
    if (isJudged && (age === undefined || age === null || age < minStatisticsAge)) {
      const reason = tooYoung({ ageMs: age ?? 0, neededMs: minStatisticsAge })
      return { status: 'error', reason, remedy: wait({ neededMs: minStatisticsAge }) }
    }
    return judgeIndexes(answer, (all) => unused(all).map(findingOn), 'unused_indexes')
  },
})

function findingOn(index: Index): IndexFinding {
  const { table, bytes, statisticsAgeMs } = index
  return {
    index,
    severity: 'medium',
    title: unusedFor({ name: nameOf(index), table, bytes, ageMs: statisticsAgeMs ?? 0 }),
    remedy: drop(index),
  }
}
