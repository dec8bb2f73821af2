import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { quoted } from '../identifier.ts'
import { drop, type IndexFinding, indexTexts, judgeIndexes, nameOf, subjectOf } from '../indexes/index-texts.ts'
import type { Index } from '../indexes/indexes.ts'
import { askReplicas, someYoung, unread, unusedFor, unusedIndexTexts, wait } from '../indexes/unused-index-texts.ts'
import {
  bytesMeasurement,
  defaultStatisticsAge,
  keepUsage,
  largest,
  lookForUnused,
  unusedAmong,
} from '../indexes/unused-look.ts'
import type { PostgresOptions } from '../options.ts'
import { xidMeasurement } from '../replicas/primary.ts'
import { replicaReadTexts } from '../replicas/replica-reads.ts'
import { blind, nothingCounted, onlyOnPrimary, postgresTexts } from '../texts.ts'

/** Indexes that no query has read for as long as the statistics go back. What backs a constraint, or serves a foreign key alone, is never named. */
export const unusedIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-unused-index',
  summary: message('postgres.unused-summary', { en: () => 'every index is used', fr: () => 'chaque index sert' }),
  options: z.strictObject({
    /**
     * A month-end job must have had its turn: 31 days and a few. The index must be known for as long. What an earlier look
     * saw used is not named for a year, whatever has reset the statistics since.
     */
    minStatisticsAge: durationSchema.default(defaultStatisticsAge),
  }),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...postgresTexts, ...indexTexts, ...unusedIndexTexts, ...replicaReadTexts],
  probe: async (component, { minStatisticsAge }, ctx) => {
    const sample = await lookForUnused(component, minStatisticsAge, ctx)
    await keepUsage(sample, ctx)
    return sample
  },
  judge: ({ now, answer, beside }, { minStatisticsAge }) => {
    if (!answer.ok) return blind(answer)
    if (answer.isStandby || beside === undefined) return onlyOnPrimary()
    if (!answer.isCounting) return nothingCounted()
    const { sight, replicas: reading, keys, namedBefore } = beside
    if (!sight.primary.ok) return blind(sight.primary)
    if (!reading.ok) return blind(reading)
    if (!keys.ok) return blind(keys)
    const noted = {
      replicas: reading.rows.length,
      ...Object.fromEntries(sight.primary.rows.map((one) => [xidMeasurement(one), one.oldestXid])),
    }
    const judged = unusedAmong(answer.rows, { now, beside }, minStatisticsAge)
    if ('reason' in judged) return { status: 'error', ...judged, measurements: noted }
    const { named, young, unasked } = judged
    const known = reading.rows.map(({ name }) => name).join(', ')
    const findings = named.map(({ index, ageMs, entriesPerDay }): IndexFinding => {
      const told = { ...(ageMs !== undefined && { ageMs }), ...(entriesPerDay !== null && { entriesPerDay }) }
      return unasked === 0 ? unusedOn(index, told) : unreadOn(index, { ...told, replicas: unasked, known })
    })
    const sizes = largest(named.map(({ index }) => index)).map((one) => [bytesMeasurement(subjectOf(one)), one.bytes])
    const measurements = { ...noted, young_indexes: young.length, ...Object.fromEntries(sizes) }
    const verdict = judgeIndexes(answer, () => findings, 'unused_indexes', measurements)
    return young.length === 0 ? verdict : withYoung(verdict, answer.rows, young, { minStatisticsAge, namedBefore })
  },
})

/** The verdict without what is too young to be judged. What was named before and looks young now is not closed. */
function withYoung(
  verdict: Verdict,
  all: readonly Index[],
  young: readonly Index[],
  { minStatisticsAge, namedBefore }: { readonly minStatisticsAge: number; readonly namedBefore: readonly string[] },
): Verdict {
  if (verdict.status === 'error' || verdict.status === 'skipped') return verdict
  const unjudged = new Set(young)
  const judged = all.filter((one) => !unjudged.has(one))
  const { measurements = {} } = verdict
  const counts = { count: judged.length, unused: measurements['unused_indexes'] ?? 0, young: young.length }
  const reason = someYoung({ ...counts, neededMs: minStatisticsAge })
  if (judged.length === 0)
    return { status: 'error', reason, remedy: wait({ neededMs: minStatisticsAge }), measurements }
  const isReborn = young.some((one) => namedBefore.includes(subjectOf(one)))
  const { covers = judged.map(subjectOf) } = verdict
  const notYoung = new Set(young.map(subjectOf))
  return {
    ...verdict,
    ...{ saw: judged.length, reason },
    ...(isReborn && { covers: covers.filter((subject) => !notYoung.has(subject)) }),
  }
}

function unusedOn(index: Index, told: { readonly ageMs?: number; readonly entriesPerDay?: number }): IndexFinding {
  const { table, bytes } = index
  const title = unusedFor({ name: nameOf(index), table, bytes, ...told })
  return { index, severity: 'medium', title, remedy: drop(index) }
}

/** No statement that drops it is given: a replica may read what the primary never does. */
function unreadOn(
  index: Index,
  beside: {
    readonly ageMs?: number
    readonly entriesPerDay?: number
    readonly replicas: number
    readonly known: string
  },
): IndexFinding {
  const { table, bytes } = index
  const title = unread({ name: nameOf(index), table, bytes, ...beside })
  const literal = quoted(index.schema, index.name).replaceAll("'", "''")
  const remedy = askReplicas({ index: literal, isPartitioned: index.isPartitioned })
  return { index, severity: 'low', title, remedy }
}
