import { blockBytes, paddedBytes } from './tar-entry.ts'

export interface FileToPack {
  /** From the folder where it is unpacked; bytes, one character each (`latin1`). */
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Nanoseconds since 1970. */
  readonly mtimeNs: bigint
  readonly content: Buffer
}

/** An entry of an archive with its content, in the format of POSIX `pax`. For files that fit into memory. */
export function packedFile(file: FileToPack): Buffer {
  const { path, mtimeNs, content } = file
  const records: string[] = []
  // What has no place in the old header, or could be read in two ways there.
  if (path.length > nameBytes) records.push(record('path', path))
  if (mtimeNs < 0n || mtimeNs % second !== 0n) records.push(record('mtime', timeOf(mtimeNs)))
  const extended = Buffer.from(records.join(''), 'latin1')
  const main = header(path.slice(0, nameBytes), '0', content.length, file)
  if (extended.length === 0) return Buffer.concat([main, padded(content)])
  return Buffer.concat([header('PaxHeaders', 'x', extended.length, file), padded(extended), main, padded(content)])
}

/** What every archive ends with. */
export const archiveEnd: Buffer = Buffer.alloc(2 * blockBytes)

const nameBytes = 100
const second = 1_000_000_000n

function header(name: string, typeFlag: string, bytes: number, { mode, uid, gid, mtimeNs }: FileToPack): Buffer {
  const block = Buffer.alloc(blockBytes)
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1')
  }
  block.write(name, 0, 'latin1')
  octal(mode & 0o7777, 100, 8)
  wide(block, uid, 108)
  wide(block, gid, 116)
  octal(bytes, 124, 12)
  octal(Math.max(0, Number(mtimeNs / second)), 136, 12)
  block.write('        ', 148, 'latin1')
  block.write(typeFlag, 156, 'latin1')
  block.write('ustar\x0000', 257, 'latin1')
  const sum = block.reduce((all, byte) => all + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

/** Numbers of users that seven octal digits cannot say are in base 256, as every tar reads them. */
function wide(block: Buffer, value: number, at: number): void {
  if (value < 8 ** 7) block.write(`${value.toString(8).padStart(7, '0')}\0`, at, 'latin1')
  else {
    block.writeUInt8(0x80, at)
    block.writeUIntBE(value, at + 2, 6)
  }
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = rest.length
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length
  return `${length}${rest}`
}

function timeOf(ns: bigint): string {
  const all = ns < 0n ? -ns : ns
  return `${ns < 0n ? '-' : ''}${all / second}.${String(all % second).padStart(9, '0')}`
}

function padded(content: Buffer): Buffer {
  return Buffer.concat([content, Buffer.alloc(paddedBytes(content.length) - content.length)])
}
