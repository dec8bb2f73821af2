import { rm } from 'node:fs/promises'
import type { StepContext } from '../../core/context.ts'
import type { Text } from '../../core/message.ts'
import type { Repository } from '../../core/repository.ts'
import { cutSegments } from './cut-segments.ts'
import { type SegmentSizes, usualSizes } from './cutter.ts'
import { encrypter } from './encryption.ts'
import { type DifferencesOptions, objectPath, packDifferences } from './pack-differences.ts'
import { notKept } from './pack-texts.ts'
import type { PackedPart, Segment } from './packed-part.ts'
import type { ReferenceShelf } from './reference-shelf.ts'
import { scratchFolder } from './scratch-file.ts'
import { type AloneOptions, storeAlone } from './store-alone.ts'
import { Tally } from './tally.ts'
import { usableBase } from './usable-base.ts'
import { whyOf } from './why-of.ts'
import { findZstd } from './zstd-program.ts'

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
  /** The last whole copy of the same part, when a difference to it may be stored. */
  readonly base?: { readonly backup: string; readonly part: PackedPart }
  /**
   * Of the entry, where the repository is not on this machine (it has no `fileOf`): what stands by itself is put on it, a
   * difference takes what it differs from there. After each backup its `keepOnly` must be called with all objects that the
   * next may be a difference to.
   */
  readonly shelf?: ReferenceShelf
  /** Is told why a part was stored whole in spite of `base`, and what was found wrong with that base. */
  readonly note?: (text: Text) => void
  /** Only tests want others. */
  readonly sizes?: SegmentSizes
}

/**
 * Stores a stream as objects, piece by piece. What it gives has `base` only when something in it really is a difference.
 * Throws what the source and the repository throw; `no-space` when our own disk is full; `backup-failed` when a program stops;
 * `usage` and `tool-missing` for keys that cannot be encrypted to.
 */
export async function packPart(source: AsyncIterable<Uint8Array>, options: PackOptions): Promise<PackedPart> {
  const { ctx, recipients, sizes = usualSizes } = options
  const note = options.note ?? (() => undefined)
  const pieces = source[Symbol.asyncIterator]()
  const scratch = await scratchFolder(options.scratch, 'pack')
  try {
    // Asked for before all that can fail: only a source that was begun can be ended.
    const first = pieces.next()
    first.catch(() => undefined)
    const whole = new Tally()
    const stretches = cutSegments(whole.of(following(first, pieces, ctx.signal)), sizes)
    const encrypt = recipients.length === 0 ? undefined : await encrypter(ctx, recipients)
    const zstd = await findZstd(ctx)
    const shelf = encrypt === undefined ? options.shelf : undefined
    const wanted = encrypt === undefined ? options.base : undefined
    const base = wanted && (await usableBase({ ...options, base: wanted, scratch, shelf, zstd, sizes, note }))
    const way = { ...options, scratch, zstd, encrypt, onNotKept: onceNotKept(note), note }
    const { segments, aloneBytes } =
      base === undefined
        ? { segments: await packWhole(stretches, { ...way, shelf }), aloneBytes: 0 }
        : await packDifferences(stretches, { ...way, base, shelf })
    const told = {
      bytes: whole.bytes,
      sha256: whole.sha256(),
      encryption: encrypt === undefined ? 'none' : 'age',
    } as const
    const isDifference = base !== undefined && segments.some(({ from }) => from !== null)
    return { ...told, segments, ...(isDifference ? { base: base.backup, aloneBytes } : { base: null }) }
  } finally {
    // Not waited for: it may be waiting itself, and whoever dumps is told.
    pieces.return?.()?.then(undefined, () => undefined)
    await rm(scratch, { recursive: true, force: true })
  }
}

async function packWhole(
  stretches: AsyncIterable<AsyncIterable<Uint8Array>>,
  way: AloneOptions & Pick<DifferencesOptions, 'folder'>,
): Promise<Segment[]> {
  const segments: Segment[] = []
  for await (const stretch of stretches) segments.push(await storeAlone(stretch, objectPath(way, segments.length), way))
  return segments
}

async function* following(
  first: Promise<IteratorResult<Uint8Array>>,
  pieces: AsyncIterator<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for (let next = await first; next.done !== true; next = await pieces.next()) {
    signal.throwIfAborted()
    yield next.value
  }
}

function onceNotKept(note: (text: Text) => void): (error: unknown) => void {
  let isTold = false
  return (error) => {
    if (!isTold) note(notKept({ why: whyOf(error) }))
    isTold = true
  }
}
