import { statfs } from 'node:fs/promises'
import type { StepContext } from '../../core/context.ts'
import type { Text } from '../../core/message.ts'
import type { Repository } from '../../core/repository.ts'
import type { SegmentSizes } from './cutter.ts'
import { noRoom, noZstdProgram, oldZstdProgram, referenceGone } from './pack-texts.ts'
import type { PackedPart } from './packed-part.ts'
import type { Reader } from './read-stored.ts'
import type { ReferenceShelf } from './reference-shelf.ts'
import type { ZstdProgram } from './zstd-program.ts'

/**
 * Of the longest segments, how many lie in scratch at once: the one that is read, and two that are worked on, each with a
 * reference of two and with what differs.
 */
const segmentsInScratch = 1 + 2 * 4

/** A full backup of the same part that differences can be made to. */
export interface UsableBase {
  readonly backup: string
  readonly part: PackedPart
  /** Reads its objects from this machine. */
  readonly reader: Reader
  readonly zstd: ZstdProgram
}

interface Wanted {
  readonly ctx: StepContext
  readonly repository: Repository
  readonly scratch: string
  readonly base: { readonly backup: string; readonly part: PackedPart }
  readonly shelf: ReferenceShelf | undefined
  readonly zstd: ZstdProgram | undefined
  readonly sizes: SegmentSizes
  note(text: Text): void
}

/** Undefined when a whole copy must be made, whose reason is noted when it is not one of the backup itself. */
export async function usableBase(wanted: Wanted): Promise<UsableBase | undefined> {
  const { ctx, repository, scratch, base, shelf, zstd, sizes, note } = wanted
  const { backup, part } = base
  // What is encrypted cannot be read here, and a difference to a difference would need a whole chain to be read.
  if (part.base !== null || part.encryption !== 'none' || part.segments.length === 0) return undefined
  const refuse = (text: Text): undefined => void note(text)
  if (zstd === undefined) return refuse(noZstdProgram({}))
  if (!zstd.hasDifferences) return refuse(oldZstdProgram({ version: zstd.version }))
  const { bavail, bsize } = await statfs(scratch)
  const room = sizes.max * segmentsInScratch
  if (bavail * bsize < room) return refuse(noRoom({ folder: scratch, freeBytes: bavail * bsize, wanted: room }))
  if (shelf !== undefined)
    for (const { object } of part.segments)
      if (object !== null && !(await shelf.has(object))) return refuse(referenceGone({ backup }))
  const get = (path: string): AsyncIterable<Uint8Array> => (shelf ?? repository).get(path)
  const fileOf = shelf === undefined ? repository.fileOf?.bind(repository) : undefined
  return { backup, part, zstd, reader: { ctx, encryption: 'none', get, fileOf } }
}
