import { damaged, readInt } from './archive-toc.ts'
import type { PieceReader } from './piece-reader.ts'

/** Kinds of blocks: pg_backup_archiver.h. */
const dataBlock = 1
const largeObjectsBlock = 3
/** pg_dump writes each row as a chunk of its own: so many bytes are handed on together. */
const handedBytes = 262_144
/** A sign, which of a length is none, and four bytes, the lowest first. */
const headBytes = 5
/** What pg_dump writes after the last row, as a chunk of its own. */
const end = '\\.\n\n\n'

/** Where memory for pieces comes from: who was given one may give it back when its bytes are not needed any more. */
export interface FreePieces {
  take(): Buffer
}

const newPieces: FreePieces = { take: () => Buffer.allocUnsafeSlow(handedBytes) }

/** Pieces whose memory is used again. To take new memory for each costs more than to fill it. */
export function pieceStore(): FreePieces & { give(piece: Uint8Array): void } {
  const known = new Map<ArrayBufferLike, Buffer>()
  const free: Buffer[] = []
  return {
    take: () => {
      const last = free.pop()
      if (last !== undefined) return last
      const made = newPieces.take()
      known.set(made.buffer, made)
      return made
    },
    give: ({ buffer }) => {
      const own = known.get(buffer)
      if (own !== undefined) free.push(own)
    },
  }
}

/**
 * Goes through the data of a dump in its order and hands on that of the wanted entries, as COPY has it: each piece ends where a
 * row does, but for those within a row that is longer than a piece. Each must be taken to its end before the next comes. Ends
 * when all wanted have come; throws `truncated` when one never does.
 */
export async function readRows(
  reader: PieceReader,
  wanted: ReadonlySet<number>,
  take: (id: number, rows: AsyncIterable<Uint8Array>) => Promise<void>,
  free: FreePieces = newPieces,
): Promise<void> {
  const missing = new Set(wanted)
  while (missing.size > 0) {
    await reader.need(1)
    const kind = reader.take(1)[0]
    const id = await readInt(reader)
    if (kind === largeObjectsBlock) {
      while ((await readInt(reader)) !== 0) await skip(reader)
    } else if (kind !== dataBlock) throw damaged()
    else if (missing.delete(id)) await take(id, rowsOf(reader, free))
    else await skip(reader)
  }
}

async function* rowsOf(reader: PieceReader, free: FreePieces): AsyncGenerator<Uint8Array> {
  let batch = free.take()
  let filled = 0
  for (;;) {
    filled = gather(reader, batch, filled)
    await reader.need(headBytes)
    const length = lengthAt(reader.lying, 0)
    if (length === 0) break
    if (filled + length > batch.length && filled > 0) {
      yield batch.subarray(0, filled)
      batch = free.take()
      filled = 0
    }
    reader.take(headBytes)
    if (length > batch.length) yield* longRow(reader, length)
    else filled = await fill(reader, batch, filled, length)
  }
  reader.take(headBytes)
  if (batch.toString('latin1', Math.max(0, filled - end.length), filled) !== end) throw damaged()
  yield batch.subarray(0, filled)
}

/** A row that lies in two pieces or more. */
async function fill(reader: PieceReader, batch: Buffer, from: number, length: number): Promise<number> {
  let at = from
  while (at < from + length) {
    await reader.need(1)
    at += reader.take(from + length - at).copy(batch, at)
  }
  return at
}

/** Takes as many rows as lie there whole and still fit; there are millions of them, so nothing is waited for. */
function gather(reader: PieceReader, batch: Buffer, from: number): number {
  const { lying } = reader
  let [at, filled] = [0, from]
  while (at + headBytes <= lying.length) {
    const length = lengthAt(lying, at)
    const next = at + headBytes + length
    if (length === 0 || next > lying.length || filled + length > batch.length) break
    lying.copy(batch, filled, at + headBytes, next)
    filled += length
    at = next
  }
  reader.take(at)
  return filled
}

async function* longRow(reader: PieceReader, length: number): AsyncGenerator<Uint8Array> {
  for (let left = length; left > 0; ) {
    await reader.need(1)
    const piece = reader.take(Math.min(left, handedBytes))
    left -= piece.length
    yield piece
  }
}

async function skip(reader: PieceReader): Promise<void> {
  for (;;) {
    passWhole(reader)
    await reader.need(headBytes)
    let left = headBytes + lengthAt(reader.lying, 0)
    const isEnd = left === headBytes
    while (left > 0) {
      if (reader.ready === 0) await reader.need(1)
      left -= reader.take(left).length
    }
    if (isEnd) return
  }
}

function passWhole(reader: PieceReader): void {
  const { lying } = reader
  let at = 0
  while (at + headBytes <= lying.length) {
    const length = lengthAt(lying, at)
    const next = at + headBytes + length
    if (length === 0 || next > lying.length) break
    at = next
  }
  reader.take(at)
}

function lengthAt(bytes: Buffer, at: number): number {
  if (bytes[at] !== 0) throw damaged()
  return bytes.readUInt32LE(at + 1)
}
