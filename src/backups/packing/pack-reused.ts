import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type PackOptions, packPart } from './pack-part.ts'
import type { PackedPart } from './packed-part.ts'
import { RangeWriter, type Reused } from './ranges.ts'
import { readScratch, scratchFolder, withRoom } from './scratch-file.ts'
import { storeAlone } from './store-alone.ts'
import { findZstd } from './zstd-program.ts'

/** The base is a full part, in the clear; its objects, and those of the differences since, are there. */
export type ReusedOptions = Omit<PackOptions, 'base' | 'shelf'> &
  Required<Pick<PackOptions, 'base'>> & {
    /** The differences that ranges may be of, by their ids. */
    readonly later: readonly string[]
  }

/**
 * Stores what is new of a part, and how the whole is put together from that and from what was stored before. What uses nothing
 * of that is a full part. Throws as `packPart`.
 */
export async function packReused(
  source: AsyncIterable<Uint8Array | Reused>,
  { base, later, ...options }: ReusedOptions,
): Promise<PackedPart> {
  const scratch = await scratchFolder(options.scratch, 'ranges')
  const path = join(scratch, 'ranges')
  try {
    const file = await open(path, 'wx', 0o600)
    const ranges = new RangeWriter(file)
    let part: PackedPart
    try {
      part = await packPart(whatIsNew(source, ranges, scratch), options)
      await withRoom(scratch, () => ranges.end())
    } finally {
      await file.close()
    }
    if (!ranges.reuses) return part
    const alone = { ...options, zstd: await findZstd(options.ctx), encrypt: undefined, shelf: undefined }
    const stored = await storeAlone(readScratch(path), `${options.folder}/ranges`, {
      ...alone,
      onNotKept: () => undefined,
    })
    return { ...part, base: base.backup, reused: { bytes: ranges.bytes, ranges: stored, from: [...later] } }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function* whatIsNew(
  source: AsyncIterable<Uint8Array | Reused>,
  ranges: RangeWriter,
  scratch: string,
): AsyncGenerator<Uint8Array> {
  let at = 0
  for await (const one of source)
    if (one instanceof Uint8Array) {
      await withRoom(scratch, () => ranges.add({ from: 'new', at, bytes: one.length }))
      at += one.length
      yield one
    } else {
      const from = one.stream === 0 ? 'base' : String(one.stream)
      await withRoom(scratch, () => ranges.add({ from, at: one.at, bytes: one.bytes }))
    }
}
