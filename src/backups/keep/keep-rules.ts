import type { BackupRecord } from '../../core/backup-record.ts'
import type { Text } from '../../core/message.ts'
import type { KeepPolicy } from './keep-schema.ts'
import { isOfPeriod, isOfTheLast, isWithin } from './keep-texts.ts'
import { periodOf, periods } from './periods.ts'

/** Which of these the rules keep, each with the first rule that does. They are the good ones of one component, the newest first. */
export function keptByRules(
  good: readonly BackupRecord[],
  policy: KeepPolicy,
  timeZone: string,
): readonly { readonly id: string; readonly why: Text }[] {
  const { for: forMs, last } = policy
  const [newest] = good
  if (newest === undefined) return []
  const kept: { id: string; why: Text }[] = []
  if (forMs !== undefined) {
    const since = countedFrom(newest, good, forMs).getTime() - forMs
    for (const { id, startedAt } of good) if (startedAt.getTime() >= since) kept.push({ id, why: isWithin({ forMs }) })
  }
  if (last !== undefined) kept.push(...good.slice(0, last).map(({ id }) => ({ id, why: isOfTheLast({ last }) })))
  for (const period of periods) {
    const wanted = policy[period]
    if (wanted === undefined) continue
    const newestOf = new Map<string, string>()
    for (const { id, startedAt } of good) {
      const of = periodOf(startedAt, period, timeZone)
      if (!newestOf.has(of)) newestOf.set(of, id)
      if (newestOf.size > wanted) break
    }
    for (const [of, id] of [...newestOf].slice(0, wanted)) kept.push({ id, why: isOfPeriod({ period, of }) })
  }
  return kept
}

/**
 * One backup that is further from all others than they may be old is of a clock that was set forward, or the first after a long
 * rest: by itself it lets none of them go. With the next one near it, it does.
 */
function countedFrom(newest: BackupRecord, [, second]: readonly BackupRecord[], forMs: number): Date {
  const isAlone = second !== undefined && newest.startedAt.getTime() - second.startedAt.getTime() > forMs
  return isAlone ? second.startedAt : newest.startedAt
}
