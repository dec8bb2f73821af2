import { BackupError } from '../../core/backup.ts'
import { decompressed } from './compress.ts'
import { Cursor } from './cursor.ts'
import type { PackedPart } from './packed-part.ts'
import { rangesIn } from './ranges.ts'
import { type Reader, readStored } from './read-stored.ts'
import { baseMissing, otherWhole, type UnpackOptions, unpackSegments } from './unpack-segments.ts'

/** Puts a part together from what is new and from its base: both are read once, from their beginning to their end. */
export async function* unpackReused(
  part: PackedPart,
  { bytes, ranges }: NonNullable<PackedPart['reused']>,
  options: UnpackOptions,
): AsyncGenerator<Uint8Array> {
  const { ctx, repository, base } = options
  const { object } = ranges
  if (base === undefined || base.base !== null || base.encryption !== 'none' || object === null) throw baseMissing(part)
  const wrong = (): BackupError => new BackupError('checksum', otherWhole({ object }))
  const { reused: _, ...fresh } = part
  const sources = {
    base: new Cursor(unpackSegments(base, options), wrong),
    new: new Cursor(unpackSegments({ ...fresh, base: null }, options), wrong),
  }
  const reader: Reader = { ctx, encryption: 'none', get: (path) => repository.get(path) }
  let given = 0
  let last: Uint8Array | undefined
  try {
    for await (const range of rangesIn(readStored({ ...ranges, object }, reader, decompressed), wrong))
      for await (const piece of sources[range.from].take(range.at, range.bytes)) {
        given += piece.length
        if (last !== undefined) yield last
        last = piece
      }
    // What is right is known at the ends alone.
    await sources.base.toEnd()
    await sources.new.toEnd()
    if (given !== bytes) throw wrong()
    if (last !== undefined) yield last
  } finally {
    await sources.base.close()
    await sources.new.close()
  }
}
