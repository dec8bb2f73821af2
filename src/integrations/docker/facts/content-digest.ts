import { createHash } from 'node:crypto'

/** Holes are told from zeros by nobody who reads a file, so neither counts: what is hashed is the blocks that hold something. */
const blockBytes = 4096
const zeros = Buffer.alloc(blockBytes)

/** The content of one file, whatever of it is stored as a hole. */
export interface ContentDigest {
  /** Pieces come in the order of their places. What lies between them is zeros. */
  write(offset: number, piece: Uint8Array): void
  /** SHA-256 over each block of 4096 bytes that is not all zeros: its number, its length without zeros at its end, and that. */
  end(): string
}

export function contentDigest(): ContentDigest {
  const hash = createHash('sha256')
  const block = Buffer.alloc(blockBytes)
  let number = 0
  let filled = 0
  const add = (at: number, bytes: Buffer): void => {
    if (bytes.equals(bytes.length === blockBytes ? zeros : zeros.subarray(0, bytes.length))) return
    let end = bytes.length
    while (bytes[end - 1] === 0) end--
    hash.update(`${at}:${end}:`).update(bytes.subarray(0, end))
  }
  const flush = (): void => {
    if (filled > 0) add(number, block.subarray(0, filled))
    filled = 0
  }
  return {
    write: (offset, piece) => {
      const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
      for (let at = 0; at < bytes.length; ) {
        const place = offset + at
        const [wanted, within] = [Math.floor(place / blockBytes), place % blockBytes]
        if (wanted !== number) {
          flush()
          number = wanted
        }
        const part = bytes.subarray(at, at + blockBytes - within)
        at += part.length
        if (filled === 0 && part.length === blockBytes) {
          add(number, part)
          number++
          continue
        }
        block.fill(0, filled, within)
        part.copy(block, within)
        filled = within + part.length
        if (filled < blockBytes) continue
        flush()
        number++
      }
    },
    end: () => {
      flush()
      return hash.digest('hex')
    },
  }
}
