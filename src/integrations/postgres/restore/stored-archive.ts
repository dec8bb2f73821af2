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

/** Reads the dump from its begin: the work gets what is in it, and the reader where the rows begin. */
export async function withArchive<T>(
  part: StoredPart,
  work: (archive: Archive, reader: PieceReader) => Promise<T>,
): Promise<T> {
  const reader = new PieceReader(part.read())
  try {
    return await work(await readToc(reader), reader)
  } finally {
    await reader.close()
  }
}
