import { BackupError } from '../../core/backup.ts'

/** The reason in a few words, for a note: the code of a failure of ours, or what the system said. */
export function whyOf(error: unknown): string {
  if (error instanceof BackupError) return error.failure
  return error instanceof Error ? error.message : String(error)
}
