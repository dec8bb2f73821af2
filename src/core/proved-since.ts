import type { BackupFailure } from './backup.ts'
import type { BackupBook, BackupRecord, DrillRecord } from './backup-record.ts'
import type { Clock } from './clock.ts'
import { byNewest, isAhead, isGoodCopy, needsOf, recordsById } from './good-copy.ts'

/** Failures of a drill that say nothing of the backup: its place or its scratch place failed, or it is only old. */
const notOfTheBackup: ReadonlySet<BackupFailure> = new Set(['unreachable', 'no-space', 'too-old'])

/**
 * Whether there is a proved backup of a component that is new enough, and why not:
 * `none`: no good backup at all; `old`: the newest good one is older; `undrilled`: new enough ones were never drilled;
 * `refuted`: a drill proved one, and a later one failed on it; `old-proof`: the newest proved one is older.
 */
export type Proof =
  | { readonly isProved: true; readonly backup: BackupRecord }
  | {
      readonly isProved: false
      readonly because: 'none' | 'old' | 'undrilled' | 'refuted' | 'old-proof'
      /** The backup that it is about. */
      readonly backup?: BackupRecord
    }

/**
 * Asks before something is destroyed: was a backup of this component made less than `maxAgeMs` ago, and brought back by a
 * drill? By the book of backups alone: the repository is not asked.
 */
export async function provedSince(
  { backups, clock }: { readonly backups: BackupBook; readonly clock: Clock },
  component: string,
  maxAgeMs: number,
): Promise<Proof> {
  const now = clock.now()
  // What refutes a backup that is new enough came after it.
  const drills = await backups.drills(undefined, new Date(now.getTime() - maxAgeMs))
  return proofOf(await backups.list(undefined, 'there'), drills, component, maxAgeMs, now)
}

export function proofOf(
  records: readonly BackupRecord[],
  drills: readonly DrillRecord[],
  component: string,
  maxAgeMs: number,
  now: Date,
): Proof {
  const byId = recordsById(records)
  const good = records
    .filter((record) => isGoodCopy(record, component, byId) && !isAhead(record, now))
    .toSorted(byNewest)
  const isNew = ({ startedAt }: BackupRecord): boolean => now.getTime() - startedAt.getTime() <= maxAgeMs
  const [newest] = good
  if (newest === undefined) return { isProved: false, because: 'none' }
  if (!isNew(newest)) return { isProved: false, because: 'old', backup: newest }
  const proved = good.filter(({ provedAt }) => provedAt !== undefined)
  const holds = proved.find((record) => !isRefuted(record, drills, byId))
  if (holds !== undefined && isNew(holds)) return { isProved: true, backup: holds }
  const [refuted] = proved.filter((record) => isNew(record) && isRefuted(record, drills, byId))
  if (refuted !== undefined) return { isProved: false, because: 'refuted', backup: refuted }
  return holds === undefined
    ? { isProved: false, because: 'undrilled', backup: newest }
    : { isProved: false, because: 'old-proof', backup: holds }
}

/** A drill on it, or on one that rests on it, failed after the one that proved it. */
function isRefuted(
  { id, provedAt }: BackupRecord,
  drills: readonly DrillRecord[],
  byId: ReadonlyMap<string, BackupRecord>,
): boolean {
  return drills.some(
    ({ backup, status, finishedAt, failure }) =>
      status === 'failed' &&
      (backup === id || needsOf(byId.get(backup) ?? { base: undefined, parts: [] }).includes(id)) &&
      (failure === undefined || !notOfTheBackup.has(failure.code)) &&
      finishedAt.getTime() > (provedAt?.getTime() ?? 0),
  )
}
