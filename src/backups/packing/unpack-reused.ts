import { BackupError } from '../../core/backup.ts'
import { decompressed } from './compress.ts'
import { Cursor } from './cursor.ts'
import type { PackedPart } from './packed-part.ts'
import { rangesIn } from './ranges.ts'
import { type Reader, readStored } from './read-stored.ts'
import { baseMissing, otherWhole, type UnpackOptions, unpackSegments } from './unpack-segments.ts'

/** Puts a part together from what is new and from what was stored before: all that it uses is read once, to its end. */
export async function* unpackReused(
  part: PackedPart,
  { bytes, ranges, from }: NonNullable<PackedPart['reused']>,
  options: UnpackOptions,
): AsyncGenerator<Uint8Array> {
  const { ctx, repository, base, later } = options
  const { object } = ranges
  if (base === undefined || base.base !== null || base.encryption !== 'none' || object === null) throw baseMissing(part)
  const wrong = (): BackupError => new BackupError('checksum', otherWhole({ object }))
  const streams = new Map<string, Cursor>()
  const streamOf = (name: string): Cursor => {
    const known = streams.get(name)
    if (known !== undefined) return known
    const id = from[Number(name) - 1] ?? ''
    const one = name === 'base' ? base : name === 'new' ? part : later?.get(id)
    if (one === undefined) throw name === 'base' || id === '' ? wrong() : baseMissing({ ...part, base: id })
    // Each has a decoder: what is read seldom is not begun before it is needed.
    const made = new Cursor(unpackSegments(alone(one), { ...options, isInTurn: name !== 'base' }), wrong)
    streams.set(name, made)
    return made
  }
  const reader: Reader = { ctx, encryption: 'none', get: (path) => repository.get(path) }
  let given = 0
  let last: Uint8Array | undefined
  try {
    for await (const range of rangesIn(readStored({ ...ranges, object }, reader, decompressed), wrong))
      for await (const piece of streamOf(range.from).take(range.at, range.bytes)) {
        given += piece.length
        if (last !== undefined) yield last
        last = piece
      }
    // What is right is known at the ends alone.
    streamOf('new')
    for (const one of streams.values()) await one.toEnd()
    if (given !== bytes) throw wrong()
    if (last !== undefined) yield last
  } finally {
    for (const one of streams.values()) await one.close()
  }
}

/** What a part has stored itself, as a part of its own. */
function alone({ reused: _, ...part }: PackedPart): PackedPart {
  return { ...part, base: null }
}
