import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { HistoryPoint } from '../../../core/context.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { Verdict } from '../../../core/verdict.ts'
import type { Answer } from '../connection.ts'
import { quoted } from '../identifier.ts'
import { knownAgeMs } from '../index-age.ts'
import { drop, type IndexFinding, indexTexts, judgeIndexes, nameOf, subjectOf } from '../index-texts.ts'
import { type Index, indexes, unused } from '../indexes.ts'
import type { PostgresOptions } from '../options.ts'
import { type PrimarySight, primaryAgeMs, primarySight, xidMeasurement } from '../primary.ts'
import { type Replica, replicas } from '../replicas.ts'
import { blind, nothingCounted, onlyOnPrimary, postgresTexts } from '../texts.ts'
import {
  askReplicas,
  promotedLately,
  someYoung,
  tooYoung,
  unread,
  unusedFor,
  unusedIndexTexts,
  wait,
} from '../unused-index-texts.ts'

const dayMs = 86_400_000

/** Earlier looks that are read, of an index's age: a year of daily ones. */
const historyMs = 366 * dayMs

/** Unused indexes, the largest first, whose sizes are kept as series: what was named once is not closed unseen. */
const keptIndexes = 50

export interface Sample {
  readonly now: number
  readonly answer: Answer<Index>
  /** Undefined when the indexes were not seen, or on a standby. */
  readonly beside: Beside | undefined
}

interface Beside {
  readonly sight: PrimarySight
  readonly replicas: Answer<Replica>
  /** How many replicas earlier looks saw: one that is away at this moment still reads. */
  readonly replicasBefore: readonly HistoryPoint[]
  /** Subjects that an earlier look named, of those that no scan has read now. */
  readonly namedBefore: readonly string[]
}

/** Indexes that no query has read for as long as the statistics go back. What backs a constraint is never named. */
export const unusedIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-unused-index',
  summary: message('postgres.unused-summary', { en: () => 'every index is used', fr: () => 'chaque index sert' }),
  options: z.strictObject({
    /** A month-end job must have had its turn: 31 days and a few. The index must be known for as long. */
    minStatisticsAge: durationSchema.default(35 * dayMs),
  }),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...postgresTexts, ...indexTexts, ...unusedIndexTexts],
  probe: async (component, { minStatisticsAge }, ctx): Promise<Sample> => {
    const answer = await indexes(component, ctx)
    const now = ctx.clock.now().getTime()
    if (!answer.ok || answer.isStandby) return { now, answer, beside: undefined }
    const sinceMs = Math.max(historyMs, 2 * minStatisticsAge)
    const namedBefore: string[] = []
    for (const subject of largest(unused(answer.rows)).map(subjectOf)) {
      if ((await ctx.history(bytesMeasurement(subject), sinceMs)).length > 0) namedBefore.push(subject)
    }
    return {
      now,
      answer,
      beside: {
        sight: await primarySight(component, sinceMs, ctx),
        replicas: await replicas(component, ctx),
        replicasBefore: await ctx.history('replicas', minStatisticsAge),
        namedBefore,
      },
    }
  },
  judge: ({ now, answer, beside }, { minStatisticsAge }) => {
    if (!answer.ok) return blind(answer)
    if (answer.isStandby || beside === undefined) return onlyOnPrimary()
    if (!answer.isCounting) return nothingCounted()
    const { sight, replicas: reading, replicasBefore, namedBefore } = beside
    if (!sight.primary.ok) return blind(sight.primary)
    if (!reading.ok) return blind(reading)
    const noted = {
      replicas: reading.rows.length,
      ...Object.fromEntries(sight.primary.rows.map((one) => [xidMeasurement(one), one.oldestXid])),
    }
    const statisticsAge = answer.rows[0]?.statisticsAgeMs ?? 0
    const asPrimary = primaryAgeMs(sight, now)
    const countedMs = Math.min(statisticsAge, asPrimary)
    if (answer.rows.length > 0 && countedMs < minStatisticsAge) {
      const young = { ageMs: countedMs, neededMs: minStatisticsAge }
      const reason = asPrimary < statisticsAge ? promotedLately(young) : tooYoung(young)
      return { status: 'error', reason, remedy: wait({ neededMs: minStatisticsAge }), measurements: noted }
    }

    const unscanned = unused(answer.rows)
    const ages = new Map(unscanned.map((one) => [one, knownAgeMs(one, sight, now)]))
    const isYoung = (one: Index): boolean => (ages.get(one) ?? 0) < minStatisticsAge
    const young = unscanned.filter(isYoung)
    const named = unscanned.filter((one) => !isYoung(one))
    const count = Math.max(reading.rows.length, ...replicasBefore.map(({ value }) => value))
    const known = reading.rows.map(({ name }) => name).join(', ')
    const findings = named.map((index): IndexFinding => {
      const age = ages.get(index)
      const ageMs = age === undefined ? {} : { ageMs: Math.min(age, countedMs) }
      return count === 0 ? unusedOn(index, ageMs) : unreadOn(index, { ...ageMs, replicas: count, known })
    })
    const sizes = largest(named).map((one) => [bytesMeasurement(subjectOf(one)), one.bytes])
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
  const unusedCount = 'findings' in verdict ? (verdict.findings?.length ?? 0) : 0
  const counts = { count: judged.length, unused: unusedCount, young: young.length }
  const reason = someYoung({ ...counts, neededMs: minStatisticsAge })
  const { measurements = {} } = verdict
  if (judged.length === 0)
    return { status: 'error', reason, remedy: wait({ neededMs: minStatisticsAge }), measurements }
  const isReborn = young.some((one) => namedBefore.includes(subjectOf(one)))
  return { ...verdict, saw: judged.length, reason, ...(isReborn && { covers: judged.map(subjectOf) }) }
}

function unusedOn(index: Index, age: { readonly ageMs?: number }): IndexFinding {
  const { table, bytes } = index
  const title = unusedFor({ name: nameOf(index), table, bytes, ...age })
  return { index, severity: 'medium', title, remedy: drop(index) }
}

/** No statement that drops it is given: a replica may read what the primary never does. */
function unreadOn(
  index: Index,
  beside: { readonly ageMs?: number; readonly replicas: number; readonly known: string },
): IndexFinding {
  const { table, bytes } = index
  const title = unread({ name: nameOf(index), table, bytes, ...beside })
  const literal = quoted(index.schema, index.name).replaceAll("'", "''")
  const remedy = askReplicas({ index: literal, isPartitioned: index.isPartitioned })
  return { index, severity: 'low', title, remedy }
}

function largest(all: readonly Index[]): readonly Index[] {
  return all.toSorted((a, b) => b.bytes - a.bytes).slice(0, keptIndexes)
}

function bytesMeasurement(subject: string): string {
  return `unused_bytes:${subject}`
}
