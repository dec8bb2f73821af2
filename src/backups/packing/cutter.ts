/** How long the segments of a part are, unpacked, in bytes. */
export interface SegmentSizes {
  /** Nothing is looked at before it. */
  readonly min: number
  /** About what most are long. */
  readonly aim: number
  readonly max: number
}

/**
 * Where a segment of today meets the one of the full backup that it is a difference to, after rows were added and removed
 * before it. Two of the longest are read as one reference, in two processes at once: that is what bounds them.
 */
export const usualSizes: SegmentSizes = { min: 16 * 2 ** 20, aim: 32 * 2 ** 20, max: 48 * 2 ** 20 }

/** Bytes that a hash of 32 bits remembers when it is shifted by one for each. */
const windowBytes = 32
/** A text whose rows are padded with spaces has few places that differ: after the aim, more and more will do. */
const easierAfterAim = 3
const easiest = 8

/**
 * Cuts a stream where its own bytes say so: a gear hash (Xia and others, FastCDC, 2016) of the last 32 bytes has enough
 * zeros. So the cuts come again behind an insertion or a deletion, whatever their distance from the beginning.
 */
export class Cutter {
  readonly #warmAt: number
  readonly #min: number
  readonly #zones: readonly { readonly until: number; readonly mask: number }[]
  #bytes = 0
  #hash = 0

  constructor({ min, aim, max }: SegmentSizes) {
    this.#min = min
    this.#warmAt = Math.max(0, min - windowBytes)
    const bits = Math.max(1, Math.round(Math.log2(aim - min)))
    this.#zones = [
      { until: aim, mask: topBits(bits) },
      { until: Math.round((aim + max) / 2), mask: topBits(bits - easierAfterAim) },
      { until: max, mask: topBits(bits - easiest) },
    ]
  }

  /** How many bytes of the piece end the segment; -1 when all of it belongs to it, and more. */
  cut(piece: Uint8Array): number {
    const start = this.#bytes
    let hash = this.#hash
    let index = Math.max(0, this.#warmAt - start)
    for (const warm = Math.min(piece.length, this.#min - start); index < warm; index++)
      hash = rolled(hash, piece, index)
    for (const { until, mask } of this.#zones) {
      const end = Math.min(piece.length, until - start)
      for (; index < end; index++) {
        hash = rolled(hash, piece, index)
        if ((hash & mask) === 0) return this.#ended(index + 1)
      }
    }
    // The last zone ends where the longest segment does.
    if (index < piece.length || start + piece.length === this.#zones.at(-1)?.until) return this.#ended(index)
    this.#hash = hash
    this.#bytes += piece.length
    return -1
  }

  #ended(index: number): number {
    this.#bytes = 0
    this.#hash = 0
    return index
  }
}

/** Of an index within the piece. Casts, since to ask for each byte whether it is there costs a third of the speed. */
function rolled(hash: number, piece: Uint8Array, index: number): number {
  return ((hash << 1) + (gear[piece[index] as number] as number)) | 0
}

function topBits(count: number): number {
  return -1 << (32 - Math.max(1, count))
}

/** A random number for each byte. They are never changed: backups of one version are cut as those of the last. */
const gear = Int32Array.from({ length: 256 }, (_, byte) => mixed(byte + 1))

/** The finalizer of MurmurHash3 over a counter. */
function mixed(count: number): number {
  let value = Math.imul(count, 0x9e3779b9)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}
