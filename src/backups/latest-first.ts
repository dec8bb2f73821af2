import type { BackupRecord } from '../core/backup-record.ts'
import { byNewest, isAhead } from '../core/good-copy.ts'

/**
 * The newest first, and those that are dated ahead of the clock after all others: a backup is not newer because a clock was
 * wrong when it was made.
 */
export function latestFirst(records: readonly BackupRecord[], now: Date): readonly BackupRecord[] {
  return records.toSorted((a, b) => Number(isAhead(a, now)) - Number(isAhead(b, now)) || byNewest(a, b))
}
