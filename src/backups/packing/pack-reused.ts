import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type PackOptions, packPart } from './pack-part.ts'
import type { PackedPart } from './packed-part.ts'
import { RangeWriter, type Reused } from './ranges.ts'
import { readScratch, scratchFolder, withRoom } from './scratch-file.ts'
import { storeAlone } from './store-alone.ts'
import { findZstd } from './zstd-program.ts'

/** The base is a full part, in the clear, whose objects are there. */
export type ReusedOptions = Omit<PackOptions, 'base' | 'shelf'> & Required<Pick<PackOptions, 'base'>>

/**
 * Stores what is new of a part, and how the whole is put together from that and from its base. What uses nothing of the base
 * is a full part. Throws as `packPart`.
 */
export async function packReused(
  source: AsyncIterable<Uint8Array | Reused>,
  { base, ...options }: ReusedOptions,
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
    return { ...part, base: base.backup, reused: { bytes: ranges.bytes, ranges: stored } }
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
    } else await withRoom(scratch, () => ranges.add({ from: 'base', ...one }))
}
