import type { BackupRecord } from '../../core/backup-record.ts'
import { byNewest, componentsOf, isAhead, isGoodCopy, isReadable, needsOf, recordsById } from '../../core/good-copy.ts'
import type { Text } from '../../core/message.ts'
import { keptByRules } from './keep-rules.ts'
import type { KeepPolicy } from './keep-schema.ts'
import {
  hasFailed,
  hasNoManifest,
  isDatedAhead,
  isElsewhere,
  isLastGood,
  isLastProved,
  isNeeded,
  isOld,
  isOnlyTry,
  isReplaced,
  isRunning,
  isYoung,
} from './keep-texts.ts'

export interface KeepQuestion {
  /** Of one entry, removed ones too. */
  readonly records: readonly BackupRecord[]
  readonly policy: KeepPolicy
  /** The components that the entry copies now; of others only the last good one and the last proved one stay. */
  readonly what: readonly string[]
  readonly now: Date
  /** Days and weeks begin and end by its clocks. */
  readonly timeZone: string
  /** The repository that is looked at: what lies elsewhere is left alone, and counts for nothing. */
  readonly place: string
  /** The backups whose manifest is there. */
  readonly manifests: ReadonlySet<string>
  /** Backups that others need of which no record is known here: which, and who. */
  readonly needed: ReadonlyMap<string, string>
}

/** What becomes of a backup, and why. */
export interface KeepDecision {
  readonly backup: BackupRecord
  readonly stays: boolean
  readonly why: Text
}

/**
 * Which backups of an entry stay, and which may go: the newest first. A backup counts for a component when its copy of it is
 * good; rules are asked for each component by itself, and one that keeps it is enough.
 *
 * All times are held against those of other backups, never against the clock: one that is wrong removes nothing. Backups that
 * are dated ahead stay, and count for nothing.
 */
export function decideKeep(question: KeepQuestion): readonly KeepDecision[] {
  const { policy, what, now, place, manifests, needed } = question
  const there = question.records.filter(({ removedAt }) => removedAt === undefined).toSorted(byNewest)
  const here = recordsById(there.filter((record) => record.place === place && manifests.has(record.id)))
  const known = there.filter((record) => !isAhead(record, now))
  const goodOf = (component: string): readonly BackupRecord[] =>
    known.filter((record) => isGoodCopy(record, component, here) && here.has(record.id))
  const goodComponents = (record: BackupRecord): readonly string[] =>
    here.has(record.id) ? componentsOf(record).filter((component) => isGoodCopy(record, component, here)) : []
  const reasons = new Map<string, Text>()
  const keep = (id: string, why: Text): void => void (reasons.has(id) || reasons.set(id, why))

  for (const record of there) {
    if (record.status === 'running') keep(record.id, isRunning({}))
    else if (record.place !== place) keep(record.id, isElsewhere({ place: record.place }))
    else if (isAhead(record, now)) keep(record.id, isDatedAhead({ startedAt: record.startedAt.toISOString() }))
    else if (record.status !== 'failed' && !(here.has(record.id) && isReadable(record, here)))
      keep(record.id, hasNoManifest({}))
  }

  const components = [...new Set(known.flatMap(componentsOf))]
  for (const component of components) {
    const good = goodOf(component)
    const proved = good.find(({ provedAt }) => provedAt !== undefined)
    if (good[0] !== undefined) keep(good[0].id, isLastGood({ component }))
    if (proved !== undefined) keep(proved.id, isLastProved({ component }))
  }

  /** The whole one that came soon enough after a partial one to take its place. */
  const replacing = (record: BackupRecord): BackupRecord | undefined =>
    record.status !== 'partial'
      ? undefined
      : known.find(
          (one) =>
            one.status === 'succeeded' &&
            byNewest(one, record) < 0 &&
            one.startedAt.getTime() - record.startedAt.getTime() <= policy.unfinished &&
            goodComponents(record).every((component) => goodComponents(one).includes(component)),
        )
  for (const component of what) {
    const counting = goodOf(component).filter((record) => replacing(record) === undefined)
    for (const { id, why } of keptByRules(counting, policy, question.timeZone)) keep(id, why)
  }

  const gone = new Map<string, Text>()
  for (const record of there) {
    const { id } = record
    if (reasons.has(id)) continue
    const startedAt = record.startedAt.toISOString()
    const newer = known.find((one) => byNewest(one, record) < 0 && goodComponents(one).length > 0)
    const by = record.status === 'failed' ? newer : replacing(record)
    if (newer === undefined) keep(record.id, isOnlyTry({}))
    else if (
      record.status !== 'succeeded' &&
      newer.startedAt.getTime() - record.startedAt.getTime() <= policy.unfinished
    )
      keep(record.id, isYoung({ unfinishedMs: policy.unfinished }))
    else if (record.status === 'failed') gone.set(record.id, hasFailed({ id, startedAt, by: newer.id }))
    else gone.set(record.id, by === undefined ? isOld({ id, startedAt }) : isReplaced({ id, startedAt, by: by.id }))
  }

  keepBases(there, keep, reasons, needed)
  return there.map((backup) => {
    const kept = reasons.get(backup.id)
    return { backup, stays: kept !== undefined, why: kept ?? gone.get(backup.id) ?? isOnlyTry({}) }
  })
}

/** What stays takes what it rests on with it, down to the full one. */
function keepBases(
  there: readonly BackupRecord[],
  keep: (id: string, why: Text) => void,
  reasons: ReadonlyMap<string, Text>,
  needed: ReadonlyMap<string, string>,
): void {
  for (const [id, by] of needed) keep(id, isNeeded({ by }))
  for (let before = -1; before !== reasons.size; ) {
    before = reasons.size
    for (const record of there)
      if (reasons.has(record.id)) for (const id of needsOf(record)) keep(id, isNeeded({ by: record.id }))
  }
}
