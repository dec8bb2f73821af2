import type { ActionNote } from '../core/action-note.ts'
import { BackupError, backupFailures } from '../core/backup.ts'
import { VigieError } from '../core/errors.ts'
import { message, type Text } from '../core/message.ts'
import type { ManifestPart } from './manifest.ts'

const unexpected = message<{ detail: string }>('backups.unexpected', {
  en: (p) => `it ended unexpectedly: ${p.detail}`,
  fr: (p) => `arrêt inattendu : ${p.detail}`,
})
export const failureTexts = [unexpected]

/** A failure of several parts: its code is that of the first part that failed, and its hint says why that one did. */
export function failureOf(parts: readonly ManifestPart[], text: Text, notes: readonly ActionNote[]): VigieError {
  const first = parts.find(({ failure }) => failure !== null)?.failure
  const code = backupFailures.find((one) => one === first?.code)
  const told = { notes, ...(first !== null && first !== undefined && { hint: first.text }) }
  return code === undefined ? new VigieError('backup-failed', text, told) : new BackupError(code, text, told)
}

/** A failure as records hold it. */
export function failedOf(error: unknown): { readonly code: string; readonly text: Text } {
  if (error instanceof BackupError) return { code: error.failure, text: error.text }
  if (error instanceof VigieError) return { code: error.code, text: error.text }
  const detail = error instanceof Error ? error.message : String(error)
  return { code: 'internal', text: unexpected({ detail }) }
}
