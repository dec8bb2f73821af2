import * as z from 'zod'
import type { Component } from '../../../core/check.ts'
import type { HistoryPoint, StepContext } from '../../../core/context.ts'
import type { Text } from '../../../core/message.ts'
import type { Answer } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { type PrimarySight, primaryAgeMs, primarySight } from '../replicas/primary.ts'
import { type ReplicaReads, replicaReads, scansThere, untold } from '../replicas/replica-reads.ts'
import { type Replica, replicas } from '../replicas/replicas.ts'
import { type TableUse, tableUse } from '../tables/table-use.ts'
import { type ForeignKey, foreignKeys, servingAlone } from './foreign-keys.ts'
import { knownAgeMs } from './index-age.ts'
import { subjectOf } from './index-texts.ts'
import { type DatedUsage, entriesPerDay, keyOf, lastUse, usageAt, usageBefore, usageName } from './index-usage.ts'
import { type Index, indexes, unused } from './indexes.ts'
import { promotedLately, tooYoung, wait } from './unused-index-texts.ts'

const dayMs = 86_400_000

/** Earlier looks that are read, of an index's age and use: a year of daily ones. */
export const historyMs = 366 * dayMs

/** Unused indexes, the largest first, whose sizes are kept as series: what was named once is not closed unseen. */
const keptIndexes = 50

/** A month-end job must have had its turn: 31 days and a few. */
export const defaultStatisticsAge = 35 * dayMs

/** What of the check's options decides, as they are once read. */
export const unusedLimits = z.object({ minStatisticsAge: z.number().default(defaultStatisticsAge) })

export interface UnusedSample {
  readonly now: number
  readonly answer: Answer<Index>
  /** Undefined when the indexes were not seen, or on a standby. */
  readonly beside: Beside | undefined
}

export interface Beside {
  readonly sight: PrimarySight
  readonly replicas: Answer<Replica>
  /** How many replicas earlier looks saw: one that is away at this moment still reads. */
  readonly replicasBefore: readonly HistoryPoint[]
  /** What the replicas that the config names have read. */
  readonly reads: readonly ReplicaReads[]
  /** Subjects that an earlier look named, of those that no scan has read now. */
  readonly namedBefore: readonly string[]
  readonly tables: Answer<TableUse>
  readonly keys: Answer<ForeignKey>
  /** The newest earlier look, with what was known of use before: a reset of the statistics does not reach it. */
  readonly usage: DatedUsage | undefined
  readonly usageWeekAgo: DatedUsage | undefined
}

/** Asks all that tells whether an index is unused. `ctx` must read the history of the check. */
export async function lookForUnused(
  component: Component<PostgresOptions>,
  minStatisticsAge: number,
  ctx: StepContext,
  list: typeof indexes = indexes,
): Promise<UnusedSample> {
  const answer = await list(component, ctx)
  const now = ctx.clock.now().getTime()
  if (!answer.ok || answer.isStandby) return { now, answer, beside: undefined }
  const sinceMs = Math.max(historyMs, 2 * minStatisticsAge)
  const namedBefore: string[] = []
  for (const subject of largest(unused(answer.rows)).map(subjectOf)) {
    if ((await ctx.history(bytesMeasurement(subject), sinceMs)).length > 0) namedBefore.push(subject)
  }
  const before = await usageBefore(ctx, sinceMs)
  return {
    now,
    answer,
    beside: {
      sight: await primarySight(component, sinceMs, ctx),
      replicas: await replicas(component, ctx),
      replicasBefore: await ctx.history('replicas', minStatisticsAge),
      reads: await replicaReads(component, ctx),
      namedBefore,
      tables: await tableUse(component, ctx),
      keys: await foreignKeys(component, ctx),
      usage: before.newest,
      usageWeekAgo: before.weekAgo,
    },
  }
}

/** Keeps what this look saw for those to come. */
export async function keepUsage({ now, answer, beside }: UnusedSample, ctx: StepContext): Promise<void> {
  if (!answer.ok || beside === undefined || !answer.isCounting) return
  const { usage, tables, reads } = beside
  const there = scansThere(reads)
  const seen = answer.rows
    .filter(({ isNeeded }) => !isNeeded)
    .map((one) => ({ schema: one.schema, name: one.name, scans: one.scans + there(one) }))
  const kept = usageAt(now, usage?.usage, seen, tables.ok ? tables.rows : [])
  await ctx.snapshots.keep(usageName, kept)
}

export interface Unused {
  readonly index: Index
  /** For how long both the statistics and the index are known; undefined when nothing tells how old it is. */
  readonly ageMs: number | undefined
  readonly entriesPerDay: number | null
}

export interface Judged {
  readonly named: readonly Unused[]
  /** Without a scan, and not known for long enough. */
  readonly young: readonly Index[]
  /** Replicas that were not asked: they may read what this server does not. */
  readonly unasked: number
}

export type Unjudged = { readonly reason: Text; readonly remedy: Text }

/** Which indexes nothing has read, as far as that can be told. Pure. */
export function unusedAmong(
  all: readonly Index[],
  { now, beside }: { readonly now: number; readonly beside: Beside },
  minStatisticsAge: number,
): Judged | Unjudged {
  const { sight, replicas: known, replicasBefore, reads, usage, keys } = beside
  const neededMs = minStatisticsAge
  const statisticsAge = all[0]?.statisticsAgeMs ?? 0
  const asPrimary = primaryAgeMs(sight, now)
  const countedMs = Math.min(statisticsAge, asPrimary)
  if (all.length > 0 && countedMs < neededMs) {
    const young = { ageMs: countedMs, neededMs }
    return { reason: asPrimary < statisticsAge ? promotedLately(young) : tooYoung(young), remedy: wait({ neededMs }) }
  }
  const blindSpot = untold(reads, sight.primary.ok ? sight.primary.rows[0]?.system : undefined, neededMs)
  if (blindSpot !== undefined) return blindSpot
  const usedAfter = now - Math.max(historyMs, 2 * neededMs)
  const there = scansThere(reads)
  const isUsed = (one: Index): boolean => (lastUse(usage?.usage, one) ?? 0) > usedAfter || there(one) > 0
  // Without it a delete of a referenced row would read its whole table: it was there for the day on which one comes.
  const isOfKey = servingAlone(all, keys.ok ? keys.rows : [])
  const unscanned = unused(all).filter((one) => !isUsed(one) && !isOfKey(one))
  const ages = new Map(unscanned.map((one) => [one, knownAgeMs(one, sight, now)]))
  const isYoung = (one: Index): boolean => (ages.get(one) ?? 0) < neededMs
  const writes = writesOn(beside, now)
  const seen = Math.max(known.ok ? known.rows.length : 0, ...replicasBefore.map(({ value }) => value))
  return {
    named: unscanned
      .filter((one) => !isYoung(one))
      .map((index) => {
        const age = ages.get(index)
        const ageMs = age === undefined ? undefined : Math.min(age, countedMs)
        return { index, ageMs, entriesPerDay: writes(index) }
      }),
    young: unscanned.filter(isYoung),
    unasked: Math.max(0, seen - reads.length),
  }
}

/** Entries written to an index a day; null when it is not known: of a partitioned one every partition would count. */
export function writesOn(
  { tables, usageWeekAgo }: Pick<Beside, 'tables' | 'usageWeekAgo'>,
  now: number,
): (index: Index) => number | null {
  const byKey = new Map(tables.ok ? tables.rows.map((one) => [keyOf(one.schema, one.table), one] as const) : [])
  return ({ schema, table, isPartitioned }) => {
    const found = isPartitioned ? undefined : byKey.get(keyOf(schema, table))
    return found === undefined ? null : entriesPerDay(found, usageWeekAgo, now)
  }
}

export function largest(all: readonly Index[]): readonly Index[] {
  return all.toSorted((a, b) => b.bytes - a.bytes).slice(0, keptIndexes)
}

export function bytesMeasurement(subject: string): string {
  return `unused_bytes:${subject}`
}
