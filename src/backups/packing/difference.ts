import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StepContext } from '../../core/context.ts'
import { decompressed } from './compress.ts'
import type { PackedPart, Segment } from './packed-part.ts'
import { checkStored, otherContentOf, type Reader, readStored, type StoredSegment } from './read-stored.ts'
import { withRoom, writeScratch } from './scratch-file.ts'
import { throughProgram } from './through-program.ts'
import type { ZstdProgram } from './zstd-program.ts'

/** Bits of the window: all of the longest segment is in it, and `zstd -d` takes no more without being told. */
const windowLog = 27
/** A row of the reference is remembered every 64 bytes, over 128 MB: all of the longest reference, whatever its difference. */
const longMatches = 'lhlog=21,lhrlog=6'
/** What differs is little and mostly new: as much of it is found with less work. */
const levelsBelow = 2
/** What levels above cost in memory and time is not found again in what is nearly the same. */
const highestLevel = 9

export function differenceFlags(reference: string): readonly string[] {
  return [`--long=${windowLog}`, `--patch-from=${reference}`]
}

/** A file as what differs from another one: one frame of zstd, which needs that other one to be read. */
export function difference(
  ctx: StepContext,
  file: string,
  { zstd, level, reference }: { readonly zstd: ZstdProgram; readonly level: number; readonly reference: string },
): AsyncIterable<Uint8Array> {
  const flags = [
    `-${Math.max(1, Math.min(level - levelsBelow, highestLevel))}`,
    '--single-thread',
    '--check',
    `--zstd=${longMatches}`,
  ]
  const argv = [...zstd.argv, '-q', ...flags, ...differenceFlags(reference), '-c', '--', file] as const
  return throughProgram(ctx, { name: 'zstd', argv })
}

/** Whether such a difference unpacks, by the checksum in it of what it was made of. Throws `ProgramFailed` when it does not. */
export async function testDifference(ctx: StepContext, file: string, reference: string): Promise<void> {
  const argv = ['zstd', '-q', '-t', ...differenceFlags(reference), '--', file] as const
  for await (const _ of throughProgram(ctx, { name: 'zstd', argv })) ctx.signal.throwIfAborted()
}

/** The other way. */
export function undifference(
  ctx: StepContext,
  pieces: AsyncIterable<Uint8Array>,
  reference: string,
): AsyncIterable<Uint8Array> {
  const argv = ['zstd', '-q', '-d', ...differenceFlags(reference), '-c', '-'] as const
  return throughProgram(ctx, { name: 'zstd', argv, input: pieces })
}

/** The segments of a full backup that one is a difference to, one after the other. */
export function referenceSegments(
  segment: Pick<Segment, 'from' | 'isJoined'>,
  base: PackedPart,
): readonly StoredSegment[] {
  const { from, isJoined } = segment
  if (from === null) return []
  const found = base.segments.slice(from, from + (isJoined === true ? 2 : 1))
  return found.flatMap((one) => (one.object === null ? [] : [{ ...one, object: one.object }]))
}

/** Writes what they unpack to into a new file that only we may read; gives its path. Throws as `readStored`, and `no-space`. */
export async function writeReference(
  segments: readonly StoredSegment[],
  { reader, folder }: { readonly reader: Reader; readonly folder: string },
): Promise<string> {
  const file = join(folder, 'reference')
  const [first] = segments
  const { ctx, get, fileOf } = reader
  if (first !== undefined && fileOf !== undefined) {
    // What was stored is hashed, and zstd's own sum says that it unpacked to what had been packed: the rest is not ours to read.
    for (const segment of segments) await checkStored(segment, get)
    const files = segments.map(({ object }) => fileOf(object))
    await withRoom(folder, () => unpackFiles(ctx, files, file))
    if ((await stat(file)).size !== segments.reduce((sum, { bytes }) => sum + bytes, 0)) throw otherContentOf(first)
    return file
  }
  await writeScratch(
    file,
    (async function* () {
      for (const segment of segments) yield* readStored(segment, reader, decompressed)
    })(),
  )
  return file
}

/** One after the other into one file, which zstd asks about unless it is told. */
async function unpackFiles(ctx: StepContext, from: readonly string[], to: string): Promise<void> {
  const argv = ['zstd', '-q', '-d', '-f', '-o', to, '--', ...from] as const
  for await (const _ of throughProgram(ctx, { name: 'zstd', argv })) ctx.signal.throwIfAborted()
}
