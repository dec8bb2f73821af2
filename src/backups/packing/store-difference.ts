import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { BackupError } from '../../core/backup.ts'
import type { Text } from '../../core/message.ts'
import { aloneBytes } from './alone-bytes.ts'
import { difference, referenceSegments, testDifference, writeReference } from './difference.ts'
import { differenceFailed, referenceUnusable } from './pack-texts.ts'
import type { Segment } from './packed-part.ts'
import type { StoredSegment } from './read-stored.ts'
import type { Found } from './reference-finder.ts'
import { readScratch, scratchFolder, writeScratch } from './scratch-file.ts'
import { type AloneOptions, storeAlone } from './store-alone.ts'
import { ProgramFailed } from './through-program.ts'
import type { UsableBase } from './usable-base.ts'
import { whyOf } from './why-of.ts'

/** A difference must save that much: it takes longer to read, and stands and falls with another backup. */
const maxOfAlone = 0.7

/** A segment that lies unpacked in a file of ours. */
export interface RawSegment {
  readonly file: string
  readonly bytes: number
  readonly sha256: string
  readonly head: string
}

export interface DifferenceOptions extends AloneOptions {
  readonly base: UsableBase
  readonly scratch: string
  note(text: Text): void
}

export interface StoredDifference {
  readonly segment: Segment
  /** About what it would take by itself. */
  readonly alone: number
}

/** Stores a segment as nothing, as what differs, or by itself, whichever of these is enough. */
export async function storeDifference(
  raw: RawSegment,
  path: string,
  found: Found | undefined,
  options: DifferenceOptions,
): Promise<StoredDifference> {
  const alone = async (): Promise<StoredDifference> => {
    const segment = await storeAlone(readScratch(raw.file), path, options)
    return { segment, alone: segment.storedBytes }
  }
  if (found === undefined) return alone()
  const place =
    found.as === 'like' && found.isJoined ? { from: found.index, isJoined: true as const } : { from: found.index }
  const references = referenceSegments(place, options.base.part)
  if (!(await areThere(references, options))) return alone()
  const { bytes, sha256, head } = raw
  const said = { bytes, sha256, head, ...place }
  if (found.as === 'same') {
    const segment = { ...said, object: null, storedBytes: 0, storedSha256: null }
    return { segment, alone: references[0]?.storedBytes ?? 0 }
  }
  const wouldTake = await aloneBytes(raw.file, raw.bytes, options.level)
  const folder = await scratchFolder(options.scratch, 'difference')
  try {
    const made = await makeDifference(raw, { references, limit: maxOfAlone * wouldTake }, folder, options)
    if (made === undefined) return await alone()
    const object = `${path}.patch.zst`
    const stored = await options.repository.put(object, readScratch(made))
    const segment = { ...said, object, storedBytes: stored.bytes, storedSha256: stored.sha256 }
    return { segment, alone: wouldTake }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** A difference to what the repository has lost would be lost too. */
async function areThere(references: readonly StoredSegment[], options: DifferenceOptions): Promise<boolean> {
  for (const segment of references) {
    const there = await options.repository.look(segment.object)
    if (there?.bytes === segment.storedBytes) continue
    tellUnusable(segment, there === undefined ? 'truncated' : `${there.bytes} ≠ ${segment.storedBytes}`, options)
    return false
  }
  return references.length > 0
}

/** The file with the difference; undefined when it is not worth it, or its reference cannot be read. */
async function makeDifference(
  raw: RawSegment,
  { references, limit }: { readonly references: readonly StoredSegment[]; readonly limit: number },
  folder: string,
  options: DifferenceOptions,
): Promise<string | undefined> {
  const { ctx, level, base } = options
  let reference: string
  try {
    reference = await writeReference(references, { reader: base.reader, folder })
  } catch (error) {
    const isOfPlace = error instanceof BackupError && (error.failure === 'no-space' || error.failure === 'unreachable')
    if (isOfPlace || ctx.signal.aborted) throw error
    const [first] = references
    if (first !== undefined) tellUnusable(first, whyOf(error), options)
    return undefined
  }
  const file = join(folder, 'difference')
  const seen = { isTooLong: false }
  try {
    const packed = difference(ctx, raw.file, { zstd: base.zstd, level, reference })
    await writeScratch(file, upTo(limit, packed, seen))
    if (seen.isTooLong) return undefined
    // A program with a fault of its own must not be what a restore finds out.
    await testDifference(ctx, file, reference)
    return file
  } catch (error) {
    if (!(error instanceof ProgramFailed) || ctx.signal.aborted) throw error
    options.note(differenceFailed({ why: error.detail }))
    return undefined
  }
}

async function* upTo(
  limit: number,
  pieces: AsyncIterable<Uint8Array>,
  seen: { isTooLong: boolean },
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const piece of pieces) {
    bytes += piece.length
    seen.isTooLong = bytes > limit
    if (seen.isTooLong) return
    yield piece
  }
}

function tellUnusable({ object }: StoredSegment, why: string, { base, note }: DifferenceOptions): void {
  note(referenceUnusable({ backup: base.backup, object, why }))
}
