import { rm } from 'node:fs/promises'
import { BackupError } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import type { Repository } from '../../core/repository.ts'
import { decompressed } from './compress.ts'
import { referenceSegments, undifference, writeReference } from './difference.ts'
import { decrypter, type Transform } from './encryption.ts'
import { inTurn, oneAhead } from './one-ahead.ts'
import type { PackedPart, Segment } from './packed-part.ts'
import { type Reader, readStored, readStoredTexts, type StoredSegment } from './read-stored.ts'
import { scratchFileTexts, scratchFolder } from './scratch-file.ts'
import { Tally } from './tally.ts'
import { findZstd } from './zstd-program.ts'

const noKey = message('backups.no-key', {
  en: () => 'This backup is encrypted, and no private key of it is on this machine',
  fr: () => 'Cette sauvegarde est chiffrée, et aucune clé privée pour la lire n’est sur cette machine',
})
const noKeyHint = message('backups.no-key-hint', {
  en: () => 'Restore and drill it where the key is, or name it here: encrypt: { identity: secretFile(…) }',
  fr: () => 'Restaurez-la et répétez-la là où est la clé, ou nommez-la ici : encrypt: { identity: secretFile(…) }',
})
const noZstd = message('backups.zstd-missing', {
  en: () => 'This backup is a difference to another: the program "zstd" (1.4.5 or later) is needed to read it',
  fr: () =>
    'Cette sauvegarde est une différence avec une autre : le programme « zstd » (1.4.5 ou plus) est nécessaire pour la lire',
})
const noZstdHint = message('backups.zstd-missing-hint', {
  en: () => 'Install it: apt install zstd',
  fr: () => 'Installez-le : apt install zstd',
})
const noBase = message<{ base: string }>('backups.base-missing', {
  en: (p) => `This backup is a difference to ${p.base}, which does not have this part, or not as it is needed`,
  fr: (p) => `Cette sauvegarde est une différence avec ${p.base}, qui n'a pas cette partie, ou pas telle qu'il la faut`,
})
export const otherWhole = message<{ object: string }>('backups.other-whole', {
  en: (p) => `The parts of ${p.object} put together are not what was dumped: the manifest does not fit them`,
  fr: (p) =>
    `Les morceaux de ${p.object} mis bout à bout ne sont pas ce qui a été copié : le manifeste ne leur correspond pas`,
})
export const unpackTexts = [
  ...[noKey, noKeyHint, noZstd, noZstdHint, noBase, otherWhole],
  ...readStoredTexts,
  ...scratchFileTexts,
]

export interface UnpackOptions {
  readonly ctx: StepContext
  readonly repository: Pick<Repository, 'get' | 'fileOf'>
  /** A private folder: the reference of a difference, and keys, lie there while they are needed. */
  readonly scratch: string
  /** The private keys of age on this machine, as text. */
  readonly identities: readonly string[]
  /** The same part of the backup that `part.base` names. */
  readonly base?: PackedPart
  /** And of those that `part.reused` names, by their ids. */
  readonly later?: ReadonlyMap<string, PackedPart>
  /** A segment is begun when the one before it was read, and not while it is. */
  readonly isInTurn?: boolean
}

/** Whether it can be tried to read it here: what is encrypted for others can only be checked as it is stored. */
export function canRead({ encryption }: Pick<PackedPart, 'encryption'>, identities: readonly string[]): boolean {
  return encryption === 'none' || identities.length > 0
}

/** The bytes of the segments of a part, one after the other. Gives and throws as `unpackPart`. */
export async function* unpackSegments(part: PackedPart, options: UnpackOptions): AsyncGenerator<Uint8Array> {
  if (!canRead(part, options.identities)) throw new BackupError('wrong-key', noKey({}), { hint: noKeyHint({}) })
  const folder = await scratchFolder(options.scratch, 'unpack')
  try {
    const { ctx, repository } = options
    const reader: Reader = {
      ctx,
      encryption: part.encryption,
      sumsWhole: true,
      get: (path) => repository.get(path),
      fileOf: repository.fileOf?.bind(repository),
    }
    const decrypt =
      part.encryption === 'age' ? await decrypter(ctx, { identities: options.identities, scratch: folder }) : undefined
    const open: Transform = (stored) => decompressed(decrypt === undefined ? stored : decrypt(stored))
    const whole = new Tally()
    let last: Uint8Array | undefined
    const way = { part, reader, open, folder, base: options.base }
    const segments = part.segments.map((segment) => () => readSegment(segment, way))
    for await (const piece of options.isInTurn === true ? inTurn(segments) : oneAhead(segments)) {
      whole.add(piece)
      if (last !== undefined) yield last
      last = piece
    }
    if (whole.bytes !== part.bytes || whole.sha256() !== part.sha256)
      throw new BackupError('checksum', otherWhole({ object: part.segments[0]?.object ?? '' }))
    if (last !== undefined) yield last
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export function baseMissing({ base }: PackedPart): BackupError {
  return new BackupError('manifest-missing', noBase({ base: base ?? '?' }))
}

interface Way {
  readonly part: PackedPart
  readonly reader: Reader
  /** How a segment that stands alone is opened. */
  readonly open: Transform
  readonly folder: string
  readonly base: PackedPart | undefined
}

async function* readSegment(segment: Segment, way: Way): AsyncGenerator<Uint8Array> {
  const { reader, open } = way
  const { object, from } = segment
  if (object !== null && from === null) return yield* readStored({ ...segment, object }, reader, open)
  const missing = baseMissing(way.part)
  if (way.base === undefined || way.base.encryption !== 'none') throw missing
  const references = referenceSegments(segment, way.base)
  const [first] = references
  if (first === undefined) throw missing
  if (object === null) {
    if (first.sha256 !== segment.sha256 || first.bytes !== segment.bytes) throw missing
    return yield* readStored(first, reader, decompressed)
  }
  yield* readDifference({ ...segment, object }, references, way)
}

async function* readDifference(
  segment: StoredSegment,
  references: readonly StoredSegment[],
  { reader, folder }: Way,
): AsyncGenerator<Uint8Array> {
  const { ctx } = reader
  const zstd = await findZstd(ctx)
  if (zstd?.hasDifferences !== true) throw new VigieError('tool-missing', noZstd({}), { hint: noZstdHint({}) })
  const below = await scratchFolder(folder, 'reference')
  try {
    const reference = await writeReference(references, { reader, folder: below })
    yield* readStored(segment, reader, (stored) => undifference(ctx, stored, reference))
  } finally {
    await rm(below, { recursive: true, force: true })
  }
}
