import type { StoredComponent, StoredPart } from '../../../core/backup.ts'
import { databasePart } from '../backup/facts.ts'
import { type Archive, readToc } from './archive-toc.ts'
import { cutArchive, PieceReader } from './piece-reader.ts'

/** The part with the dump. Throws `BackupError` when the backup has none. */
export function dumpIn({ parts }: StoredComponent): StoredPart {
  const part = parts.find(({ name }) => name === databasePart.name)
  if (part === undefined) throw cutArchive()
  return part
}

/** The table of contents; of the rest of the dump nothing is read. */
export async function archiveOf(part: StoredPart): Promise<Archive> {
  return withArchive(part, async (archive) => archive)
}

/**
 * Reads the dump from its begin: the work gets what is in it, the reader where the rows begin, and all bytes before those, which
 * are a dump without rows for pg_restore.
 */
export async function withArchive<T>(
  part: Pick<StoredPart, 'read'>,
  work: (archive: Archive, reader: PieceReader, head: Uint8Array) => Promise<T>,
): Promise<T> {
  const begin: Uint8Array[] = []
  let isBegin = true
  const reader = new PieceReader(
    (async function* () {
      for await (const piece of part.read()) {
        if (isBegin) begin.push(piece)
        yield piece
      }
    })(),
  )
  try {
    const archive = await readToc(reader)
    isBegin = false
    const bytes = Buffer.concat(begin.splice(0))
    return await work(archive, reader, bytes.subarray(0, bytes.length - reader.ready))
  } finally {
    await reader.close()
  }
}
