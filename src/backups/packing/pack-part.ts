import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { constants, createZstdCompress } from 'node:zlib'
import type { StepContext } from '../../core/context.ts'
import type { Repository } from '../../core/repository.ts'
import type { PackedPart, Segment } from './packed-part.ts'
import { splitter } from './splitter.ts'

/** How much of a part goes into one object, unpacked. */
const segmentBytes = 64 * 1024 * 1024
const headBytes = 4096

export interface PackOptions {
  readonly ctx: StepContext
  readonly repository: Repository
  /** Where in the repository its objects go: `shop/nightly/ID/db/database`. */
  readonly folder: string
  /** A private folder on this machine that is removed after the backup. */
  readonly scratch: string
  /** Of zstd, 1 to 19. */
  readonly level: number
  /** Public keys of age; none: it is stored in the clear. */
  readonly recipients: readonly string[]
  /** The same part of the last full backup, when a difference to it may be stored. */
  readonly base?: { readonly backup: string; readonly part: PackedPart }
  /** Only tests want another. */
  readonly segmentBytes?: number
}

/** Stores a stream as objects, piece by piece. Throws what the source and the repository throw. */
export async function packPart(source: AsyncIterable<Uint8Array>, options: PackOptions): Promise<PackedPart> {
  const whole = createHash('sha256')
  const segments: Segment[] = []
  let bytes = 0
  for await (const stretch of splitter(source, options.segmentBytes ?? segmentBytes)) {
    const seen = { bytes: 0, hash: createHash('sha256'), head: createHash('sha256') }
    const object = `${options.folder}/${String(segments.length + 1).padStart(5, '0')}.zst`
    const raw = Readable.from(watched(stretch, seen, whole))
    const packed = raw.pipe(
      createZstdCompress({
        params: { [constants.ZSTD_c_compressionLevel]: options.level, [constants.ZSTD_c_checksumFlag]: 1 },
      }),
    )
    raw.on('error', (error) => packed.destroy(error))
    const stored = await options.repository.put(object, packed)
    bytes += seen.bytes
    segments.push({
      object,
      bytes: seen.bytes,
      sha256: seen.hash.digest('hex'),
      storedBytes: stored.bytes,
      storedSha256: stored.sha256,
      from: null,
      head: seen.head.digest('hex').slice(0, 16),
    })
  }
  return { bytes, sha256: whole.digest('hex'), encryption: 'none', base: null, segments }
}

async function* watched(
  pieces: AsyncIterable<Uint8Array>,
  seen: { bytes: number; readonly hash: Hash; readonly head: Hash },
  whole: Hash,
): AsyncIterable<Uint8Array> {
  for await (const piece of pieces) {
    if (seen.bytes < headBytes) seen.head.update(piece.subarray(0, headBytes - seen.bytes))
    seen.bytes += piece.length
    seen.hash.update(piece)
    whole.update(piece)
    yield piece
  }
}
