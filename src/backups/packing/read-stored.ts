import { BackupError } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { StreamedBytes, streamed } from '../../platform/streamed-bytes.ts'
import { KeyRefused, type Transform } from './encryption.ts'
import type { PackedPart, Segment } from './packed-part.ts'
import { Tally } from './tally.ts'
import { ProgramFailed } from './through-program.ts'

const differs = message<{ object: string }>('backups.differs', {
  en: (p) => `${p.object} in the repository is not what was stored: bytes of it have changed`,
  fr: (p) => `${p.object} dans le dépôt n'est plus ce qui a été enregistré : des octets ont changé`,
})
const short = message<{ object: string; bytes: number; wanted: number }>('backups.short', {
  en: (p, f) => `${p.object} in the repository is cut: ${f.bytes(p.bytes)} of ${f.bytes(p.wanted)} are there`,
  fr: (p, f) => `${p.object} dans le dépôt est tronqué : ${f.bytes(p.bytes)} sur ${f.bytes(p.wanted)}`,
})
const otherContent = message<{ object: string }>('backups.other-content', {
  en: (p) => `${p.object} in the repository is as it was stored, and does not unpack to what the manifest says`,
  fr: (p) => `${p.object} dans le dépôt est tel qu'enregistré, mais ne se décompresse pas en ce que dit le manifeste`,
})
const wrongKey = message<{ object: string }>('backups.wrong-key', {
  en: (p) => `No private key that was given opens ${p.object}`,
  fr: (p) => `Aucune des clés privées données n'ouvre ${p.object}`,
})
const wrongKeyHint = message('backups.wrong-key-hint', {
  en: () => 'Give the private key (AGE-SECRET-KEY-1…) of one of the recipients that this backup was encrypted to.',
  fr: () =>
    'Donnez la clé privée (AGE-SECRET-KEY-1…) de l’un des destinataires vers lesquels cette sauvegarde a été chiffrée.',
})
export const readStoredTexts = [differs, short, otherContent, wrongKey, wrongKeyHint]

/** A stored segment that has an object of its own. */
export type StoredSegment = Segment & { readonly object: string }

export interface Reader {
  readonly ctx: StepContext
  readonly encryption: PackedPart['encryption']
  get(path: string): AsyncIterable<Uint8Array>
  /** Whoever reads sums the whole that segments are put together to: they are then not summed by themselves too. */
  readonly sumsWhole?: boolean
  /** Where objects are files of this machine. */
  fileOf?: ((path: string) => string) | undefined
}

/**
 * The raw bytes of a segment. Its last piece is given only when the object was read to its end, when it is as long as the
 * manifest says and has its SHA-256, and when what it unpacks to is as long, and has its own too unless the reader sums the whole:
 * earlier pieces may be wrong. Nothing is given past the size in the manifest. Throws `BackupError`: `truncated`, `checksum`,
 * `wrong-key`.
 */
export async function* readStored(
  segment: StoredSegment,
  reader: Reader,
  unpack: Transform,
): AsyncGenerator<Uint8Array> {
  const { object } = segment
  const stored = new Tally()
  const raw = reader.sumsWhole === true ? undefined : new Tally()
  const streaming = new StreamedBytes()
  let bytes = 0
  let last: Uint8Array | undefined
  try {
    for await (const piece of unpack(stored.of(reader.get(object)))) {
      streaming.passed(piece.length)
      raw?.add(piece)
      bytes += piece.length
      if (bytes > segment.bytes) throw new BackupError('checksum', otherContent({ object }))
      if (piece.length === 0) continue
      if (last !== undefined) yield last
      last = piece
    }
    if (!stored.isEnded || stored.bytes !== segment.storedBytes || stored.sha256() !== segment.storedSha256)
      throw new BackupError('checksum', differs({ object }))
    if (bytes !== segment.bytes || (raw !== undefined && raw.sha256() !== segment.sha256))
      throw new BackupError('checksum', otherContent({ object }))
  } catch (error) {
    throw await causeOf(error, segment, reader)
  }
  if (last !== undefined) yield last
}

export function otherContentOf({ object }: StoredSegment): BackupError {
  return new BackupError('checksum', otherContent({ object }))
}

/** Throws `truncated` or `checksum` when the object is not as long as the manifest says, or not those bytes. */
export async function checkStored(segment: StoredSegment, get: Reader['get']): Promise<void> {
  const { object, storedBytes } = segment
  const now = new Tally()
  for await (const piece of streamed(get(object))) {
    now.add(piece)
    if (now.bytes > storedBytes) break
  }
  if (now.bytes < storedBytes)
    throw new BackupError('truncated', short({ object, bytes: now.bytes, wanted: storedBytes }))
  if (now.bytes > storedBytes || now.sha256() !== segment.storedSha256)
    throw new BackupError('checksum', differs({ object }))
}

/** A decoder that stumbles does not know whether its input or its key is wrong: the object itself tells. */
async function causeOf(error: unknown, segment: StoredSegment, reader: Reader): Promise<unknown> {
  const isTold = error instanceof VigieError && !(error instanceof ProgramFailed)
  const isOfContent = error instanceof BackupError && error.failure === 'checksum'
  if ((isTold && !isOfContent) || reader.ctx.signal.aborted) return error
  try {
    await checkStored(segment, reader.get)
  } catch (found) {
    return found
  }
  const { object } = segment
  const isOfKey =
    error instanceof KeyRefused ||
    (error instanceof ProgramFailed && reader.encryption === 'age' && /identit|secret key/i.test(error.detail))
  if (isOfKey) return new BackupError('wrong-key', wrongKey({ object }), { hint: wrongKeyHint({}), cause: error })
  return isTold || error instanceof ProgramFailed
    ? error
    : new BackupError('checksum', otherContent({ object }), { cause: error })
}
