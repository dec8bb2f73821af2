import { blockBytes, type TarEntryType, TarError } from './tar-entry.ts'

/** The fields of one header block, before what extended headers say in their place. */
export interface TarBlock {
  readonly typeFlag: string
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly bytes: number
  readonly mtime: number
  readonly link: string
  /** Of the old sparse format of GNU: the size of the whole file, and whether more blocks of its map follow. */
  readonly sparse: { readonly bytes: number; readonly hasMore: boolean } | undefined
}

/** Reads one header block. Throws `checksum` when a bit of it is not as it was written, `header` when it makes no sense. */
export function readBlock(block: Buffer): TarBlock {
  if (!hasOwnChecksum(block)) throw new TarError('checksum', 'a header block is not as it was written')
  const typeFlag = String.fromCharCode(block[156] ?? 0)
  const magic = block.toString('latin1', 257, 263)
  // In the place of the prefix the old format of GNU has other things.
  const prefix = magic === 'ustar\0' ? textIn(block, 345, 155) : ''
  const name = textIn(block, 0, 100)
  return {
    typeFlag,
    path: prefix === '' ? name : `${prefix}/${name}`,
    mode: numberIn(block, 100, 8) & 0o7777,
    uid: numberIn(block, 108, 8),
    gid: numberIn(block, 116, 8),
    bytes: sizeIn(block, 124),
    mtime: numberIn(block, 136, 12),
    link: textIn(block, 157, 100),
    sparse: typeFlag === 'S' ? { bytes: sizeIn(block, 483), hasMore: block[482] !== 0 } : undefined,
  }
}

const types: Readonly<Record<string, TarEntryType>> = {
  '0': 'file',
  '\0': 'file',
  // Contiguous: a file wherever there is nothing of that kind.
  '7': 'file',
  S: 'file',
  '1': 'hard-link',
  '2': 'link',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'folder',
  '6': 'fifo',
}

export function typeOf(typeFlag: string, path: string): TarEntryType {
  // Before POSIX a folder was a file whose name ends so.
  if ((typeFlag === '\0' || typeFlag === '0') && path.endsWith('/')) return 'folder'
  return types[typeFlag] ?? 'other'
}

/** The sum of all bytes, with spaces in the place of the sum; some old programs took the bytes as signed. */
function hasOwnChecksum(block: Buffer): boolean {
  let [unsigned, signed] = [0, 0]
  for (let at = 0; at < blockBytes; at++) {
    const byte = at >= 148 && at < 156 ? 0x20 : (block[at] ?? 0)
    unsigned += byte
    signed += byte > 0x7f ? byte - 0x100 : byte
  }
  const written = numberIn(block, 148, 8)
  return written === unsigned || written === signed
}

function sizeIn(block: Buffer, at: number): number {
  const size = numberIn(block, at, 12)
  if (size < 0) throw new TarError('header', 'a size is negative')
  return size
}

/** Octal digits, or a number in base 256 when the first bit is set. */
function numberIn(block: Buffer, at: number, length: number): number {
  const first = block[at] ?? 0
  if ((first & 0x80) !== 0) return wideNumber(block.subarray(at, at + length))
  let value = 0
  let place = at
  const end = at + length
  while (place < end && block[place] === space) place++
  for (; place < end; place++) {
    const byte = block[place] ?? 0
    if (byte === 0 || byte === space) break
    if (byte < digitZero || byte > digitSeven) throw new TarError('header', 'a number is not octal')
    value = value * 8 + (byte - digitZero)
  }
  // Twelve digits at most: they fit.
  return value
}

const [space, digitZero, digitSeven] = [0x20, 0x30, 0x37]

/** Two's complement, the highest byte first; its first bit only says that it is one. */
function wideNumber(bytes: Buffer): number {
  const isNegative = bytes[0] === 0xff
  let value = isNegative ? -1n : BigInt((bytes[0] ?? 0) & 0x7f)
  for (const byte of bytes.subarray(1)) value = (value << 8n) | BigInt(byte)
  return checked(value)
}

function checked(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
    throw new TarError('header', 'a number is too large')
  }
  return Number(value)
}

function textIn(block: Buffer, at: number, length: number): string {
  const end = block.indexOf(0, at)
  return block.toString('latin1', at, end < 0 || end > at + length ? at + length : end)
}
