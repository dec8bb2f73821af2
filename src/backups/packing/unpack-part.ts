import type { PackedPart } from './packed-part.ts'
import { unpackReused } from './unpack-reused.ts'
import { type UnpackOptions, unpackSegments } from './unpack-segments.ts'

/**
 * The bytes of a part. Each segment is checked as it goes by: pieces that were taken before a throw may be wrong, but the last
 * piece of the part comes only when all of it was found right. So who waits for the end before the copy counts is never given a
 * wrong one. Throws `BackupError`: `truncated`, `checksum`, `wrong-key`, `manifest-missing` without the base that it needs,
 * `no-space` on our own disk; `tool-missing`.
 */
export function unpackPart(part: PackedPart, options: UnpackOptions): AsyncGenerator<Uint8Array> {
  const { reused } = part
  return reused === undefined ? unpackSegments(part, options) : unpackReused(part, reused, options)
}
