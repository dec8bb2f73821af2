import { damaged, readInt } from './archive-toc.ts'
import type { PieceReader } from './piece-reader.ts'

/** Kinds of blocks: pg_backup_archiver.h. */
const dataBlock = 1
const largeObjectsBlock = 3
/** pg_dump writes each row as a piece of its own: so many bytes are handed on together. */
const handedBytes = 262_144
/** What pg_dump writes after the last row. */
const end = '\\.\n\n\n'

/**
 * Goes through the data of a dump in its order and hands on that of the wanted entries, as COPY has it. Each must be taken
 * to its end before the next comes. Ends when all wanted have come; throws `truncated` when one never does.
 */
export async function readRows(
  reader: PieceReader,
  wanted: ReadonlySet<number>,
  take: (id: number, rows: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const missing = new Set(wanted)
  while (missing.size > 0) {
    await reader.need(1)
    const kind = reader.take(1)[0]
    const id = await readInt(reader)
    if (kind === largeObjectsBlock) {
      while ((await readInt(reader)) !== 0) await skip(reader)
    } else if (kind !== dataBlock) throw damaged()
    else if (missing.delete(id)) await take(id, rowsOf(reader))
    else await skip(reader)
  }
}

async function* rowsOf(reader: PieceReader): AsyncGenerator<Uint8Array> {
  let gathered = Buffer.allocUnsafe(handedBytes)
  let filled = 0
  let last = ''
  for (;;) {
    let left = await readInt(reader)
    if (left === 0) break
    if (left < 0) throw damaged()
    while (left > 0) {
      if (reader.ready === 0) await reader.need(1)
      const piece = reader.take(Math.min(left, handedBytes - filled))
      gathered.set(piece, filled)
      filled += piece.length
      left -= piece.length
      if (filled < handedBytes) continue
      last = gathered.toString('latin1', filled - end.length, filled)
      yield gathered
      gathered = Buffer.allocUnsafe(handedBytes)
      filled = 0
    }
  }
  if (filled > 0) {
    last = (last + gathered.toString('latin1', Math.max(0, filled - end.length), filled)).slice(-end.length)
    yield gathered.subarray(0, filled)
  }
  if (last !== end) throw damaged()
}

async function skip(reader: PieceReader): Promise<void> {
  for (;;) {
    let left = await readInt(reader)
    if (left === 0) return
    if (left < 0) throw damaged()
    while (left > 0) {
      if (reader.ready === 0) await reader.need(1)
      left -= reader.take(left).length
    }
  }
}
