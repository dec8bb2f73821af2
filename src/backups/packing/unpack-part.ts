import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import { BackupError } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { message } from '../../core/message.ts'
import type { Repository } from '../../core/repository.ts'
import type { PackedPart, Segment } from './packed-part.ts'

const differs = message<{ object: string }>('backups.differs', {
  en: (p) => `${p.object} in the repository is not what was stored: bytes of it have changed`,
  fr: (p) => `${p.object} dans le dépôt n'est plus ce qui a été enregistré : des octets ont changé`,
})
const short = message<{ object: string; bytes: number; wanted: number }>('backups.short', {
  en: (p, f) => `${p.object} in the repository is cut: ${f.bytes(p.bytes)} of ${f.bytes(p.wanted)} are there`,
  fr: (p, f) => `${p.object} dans le dépôt est tronqué : ${f.bytes(p.bytes)} sur ${f.bytes(p.wanted)}`,
})
export const unpackTexts = [differs, short]

export interface UnpackOptions {
  readonly ctx: StepContext
  readonly repository: Repository
  readonly scratch: string
  /** The private keys of age on this machine, as text. */
  readonly identities: readonly string[]
  /** The same part of the backup that `part.base` names. */
  readonly base?: PackedPart
}

/**
 * The bytes of a part. Each segment is checked as it goes by: what was taken before the throw may be wrong, and nothing that
 * ends without one is. Throws `BackupError`: `truncated`, `checksum`, `wrong-key`.
 */
export async function* unpackPart(part: PackedPart, options: UnpackOptions): AsyncIterable<Uint8Array> {
  const whole = createHash('sha256')
  for (const segment of part.segments) {
    for await (const piece of unpackSegment(segment, options)) {
      whole.update(piece)
      yield piece
    }
  }
  if (whole.digest('hex') !== part.sha256)
    throw new BackupError('checksum', differs({ object: part.segments[0]?.object ?? '' }))
}

async function* unpackSegment(segment: Segment, { repository }: UnpackOptions): AsyncIterable<Uint8Array> {
  const object = segment.object ?? ''
  const [raw, stored] = [createHash('sha256'), createHash('sha256')]
  let [bytes, storedBytes] = [0, 0]
  const checked = async function* (): AsyncIterable<Uint8Array> {
    for await (const piece of repository.get(object)) {
      stored.update(piece)
      storedBytes += piece.length
      yield piece
    }
    if (storedBytes < segment.storedBytes)
      throw new BackupError('truncated', short({ object, bytes: storedBytes, wanted: segment.storedBytes }))
    if (stored.digest('hex') !== segment.storedSha256) throw new BackupError('checksum', differs({ object }))
  }
  const packed = Readable.from(checked())
  const unpacked = packed.pipe(createZstdDecompress())
  packed.on('error', (error) => unpacked.destroy(error))
  try {
    for await (const piece of unpacked) {
      raw.update(piece)
      bytes += piece.length
      if (bytes > segment.bytes) throw new BackupError('checksum', differs({ object }))
      yield piece
    }
  } catch (error) {
    if (error instanceof BackupError) throw error
    const isCut = await repository
      .look(object)
      .then((found) => found !== undefined && found.bytes < segment.storedBytes)
    if (isCut) throw new BackupError('truncated', short({ object, bytes: storedBytes, wanted: segment.storedBytes }))
    throw new BackupError('checksum', differs({ object }), { cause: error })
  }
  if (bytes !== segment.bytes || raw.digest('hex') !== segment.sha256)
    throw new BackupError('checksum', differs({ object }))
}
