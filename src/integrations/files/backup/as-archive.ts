import { BackupError } from '../../../core/backup.ts'
import { TarError } from '../../../platform/tar/tar-entry.ts'
import { archiveSpoiled } from './archive-texts.ts'

/** Does what reads an archive; bytes that are none are a fault of the backup. */
export function asArchive(read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof TarError)) throw error
    const failure = error.fault === 'truncated' ? 'truncated' : error.fault === 'checksum' ? 'checksum' : 'assertion'
    throw new BackupError(failure, archiveSpoiled({ detail: error.message }), { cause: error })
  }
}
