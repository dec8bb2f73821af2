import { blockBytes, paddedBytes } from '../../../platform/tar/tar-entry.ts'

/** A map of a million pieces: far more than any file system keeps. */
const maxMapBytes = 32 * 1024 * 1024

export interface SparseContent {
  /** The next stored bytes of the entry. Throws `RangeError` when its map makes no sense. */
  push(piece: Buffer): void
}

/**
 * Stored bytes of a file with holes in the order of their places: GNU's sparse format 1.0, which is a map of decimal
 * numbers, one a line, filled up to a block, and then the data. Source: GNU tar manual, "PAX Format, Version 1.0".
 */
export function sparseContent(write: (offset: number, piece: Buffer) => void): SparseContent {
  let head: Buffer = Buffer.alloc(0)
  let map: readonly { readonly offset: number; readonly bytes: number }[] | undefined
  let segment = 0
  let within = 0
  const place = (data: Buffer): void => {
    for (let at = 0; at < data.length; ) {
      const here = map?.[segment]
      if (here === undefined) return
      const part = data.subarray(at, at + here.bytes - within)
      if (part.length > 0) write(here.offset + within, part)
      at += part.length
      within += part.length
      if (within < here.bytes) continue
      segment++
      within = 0
      // What fills the last block is no data.
      if (segment === map?.length) return
    }
  }
  return {
    push: (piece) => {
      if (map !== undefined) {
        place(piece)
        return
      }
      head = Buffer.concat([head, piece])
      if (head.length > maxMapBytes) throw new RangeError('the map of holes has no end')
      const read = readMap(head)
      if (read === undefined) return
      map = read.map
      place(head.subarray(read.bytes))
      head = Buffer.alloc(0)
    },
  }
}

/** Undefined while more of it must come. */
function readMap(head: Buffer) {
  if (head.length < blockBytes) return undefined
  const lines: number[] = []
  let at = 0
  for (;;) {
    const wanted = lines[0] === undefined ? 1 : 1 + 2 * lines[0]
    if (lines.length >= wanted) break
    const end = head.indexOf(0x0a, at)
    if (end < 0) return undefined
    const number = Number(head.toString('latin1', at, end))
    if (!/^\d{1,16}$/.test(head.toString('latin1', at, end)) || !Number.isSafeInteger(number)) {
      throw new RangeError('a number in the map of holes is none')
    }
    lines.push(number)
    at = end + 1
  }
  const bytes = paddedBytes(at)
  if (head.length < bytes) return undefined
  const map = []
  for (let one = 1; one + 1 < lines.length; one += 2) map.push({ offset: lines[one] ?? 0, bytes: lines[one + 1] ?? 0 })
  return { map, bytes }
}
