import type { Repository } from '../../core/repository.ts'
import { ownSegments, type PackedPart } from './packed-part.ts'
import { checkStored } from './read-stored.ts'

/**
 * Reads all objects of a part as they are stored: what can be proved of it without its key, and without unpacking. Those of its
 * base are not among them. Throws `BackupError`: `truncated`, `checksum`.
 */
export async function checkPart(part: PackedPart, repository: Pick<Repository, 'get'>): Promise<void> {
  for (const segment of ownSegments(part)) {
    const { object } = segment
    if (object !== null) await checkStored({ ...segment, object }, (path) => repository.get(path))
  }
}
