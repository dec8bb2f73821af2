import type { ActionNote } from '../core/action-note.ts'
import type { BackupPartRecord } from '../core/backup-record.ts'

/** What was noticed while parts were copied: what was left out, why one is stored whole, and why one failed. */
export function notesOf(parts: readonly BackupPartRecord[]): readonly ActionNote[] {
  return parts.flatMap(({ component, name, notes = [], failure }) => {
    const about = `${component}/${name}`
    const failed: readonly ActionNote[] = failure === undefined ? [] : [{ about, text: failure, isWarning: true }]
    return [...failed, ...notes.map((text) => ({ about, text }))]
  })
}
