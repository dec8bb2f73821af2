import { readBlock, type TarBlock, typeOf } from './tar-block.ts'
import { blockBytes, paddedBytes, type TarEntry, TarError } from './tar-entry.ts'
import { type PaxFields, readPax } from './tar-pax.ts'

/** Extended headers of one entry: attributes of 64 KiB each, and names. Source: `XATTR_SIZE_MAX` of Linux, several of them. */
const maxHeaderBytes = 4 * 1024 * 1024

const emptyBlock = Buffer.alloc(blockBytes)

export interface TarListener {
  /** An entry begins. `raw` is all of its headers as they stood in the archive. */
  entry(entry: TarEntry, raw: Buffer): void
  /** The content of the entry, piece by piece, and what fills its last block after it. */
  content?(piece: Buffer, isPadding: boolean): void
  /** The content of the entry is over; called for those without any too. */
  entryEnd?(): void
}

export interface TarReader {
  /** Takes the next bytes of the archive. What the listener throws is thrown. */
  push(piece: Uint8Array): void
  /** Throws `truncated` when the archive did not come to its end. */
  finish(): void
  /** Bytes up to the mark of the end. */
  readonly bytesBeforeEnd: number
}

/**
 * Reads the headers of an archive as it goes by: ustar, pax, GNU with long names, numbers in base 256 and holes. Its memory
 * is bounded whatever the archive says. Throws `TarError` at the first thing that GNU tar might understand in another way.
 */
export function createTarReader(listener: TarListener): TarReader {
  const block = Buffer.alloc(blockBytes)
  let filled = 0
  /** Header blocks since the last entry, as they stood. */
  let raw: Buffer[] = []
  let rawBytes = 0
  let state: 'header' | 'extended' | 'map' | 'content' | 'padding' | 'end' = 'header'
  let left = 0
  let padding = 0
  let extended: { readonly typeFlag: string; readonly parts: Buffer[] } | undefined
  let waiting: TarBlock | undefined
  let shared: PaxFields = {}
  let fields: PaxFields | undefined
  let longName: string | undefined
  let longLink: string | undefined
  let bytesBeforeEnd = 0

  const keepRaw = (bytes: Buffer): void => {
    rawBytes += bytes.length
    if (rawBytes > maxHeaderBytes) throw new TarError('too-long', 'the headers of one entry have no end')
    raw.push(Buffer.from(bytes))
  }

  const begin = (found: TarBlock): void => {
    const said = fields ?? shared
    const path = said.path ?? longName ?? found.path
    const isSparse = found.sparse !== undefined || said.sparseBytes !== undefined
    const storedBytes = said.bytes ?? found.bytes
    const entry: TarEntry = {
      path,
      type: typeOf(found.typeFlag, path),
      storedBytes,
      bytes: said.sparseBytes ?? found.sparse?.bytes ?? storedBytes,
      isSparse,
      mode: found.mode,
      uid: said.uid ?? found.uid,
      gid: said.gid ?? found.gid,
      mtimeNs: said.mtimeNs ?? BigInt(found.mtime) * 1_000_000_000n,
      link: said.link ?? longLink ?? found.link,
    }
    const headers = Buffer.concat(raw)
    raw = []
    rawBytes = 0
    fields = undefined
    longName = undefined
    longLink = undefined
    waiting = undefined
    left = storedBytes
    padding = paddedBytes(storedBytes) - storedBytes
    bytesBeforeEnd += headers.length + paddedBytes(storedBytes)
    listener.entry(entry, headers)
    state = left > 0 ? 'content' : 'header'
    if (left === 0) listener.entryEnd?.()
  }

  const takeHeader = (): void => {
    if (block.equals(emptyBlock)) {
      if (raw.length > 0) throw new TarError('header', 'an extended header has no entry after it')
      state = 'end'
      return
    }
    const found = readBlock(block)
    keepRaw(block)
    if ('xgLK'.includes(found.typeFlag)) {
      if (found.bytes > maxHeaderBytes) throw new TarError('too-long', 'an extended header is too long')
      extended = { typeFlag: found.typeFlag, parts: [] }
      left = paddedBytes(found.bytes)
      padding = left - found.bytes
      state = 'extended'
      if (left === 0) takeExtended()
    } else if (found.sparse?.hasMore === true) {
      waiting = found
      state = 'map'
    } else begin(found)
  }

  const takeExtended = (): void => {
    const { typeFlag, parts } = extended ?? { typeFlag: '', parts: [] }
    const whole = Buffer.concat(parts)
    const content = whole.subarray(0, whole.length - padding)
    extended = undefined
    state = 'header'
    const name = (): string => content.toString('latin1', 0, indexOfEnd(content))
    if (typeFlag === 'L') longName = name()
    else if (typeFlag === 'K') longLink = name()
    else if (typeFlag === 'x') fields = readPax(content, fields ?? shared)
    else shared = readPax(content, shared)
  }

  const takeBlock = (): void => {
    if (state === 'end') {
      if (!block.equals(emptyBlock)) throw new TarError('after-end', 'something follows the end of the archive')
    } else if (state === 'map') {
      keepRaw(block)
      if (waiting !== undefined && block[504] === 0) begin(waiting)
    } else takeHeader()
  }

  return {
    get bytesBeforeEnd() {
      return bytesBeforeEnd
    },
    push: (pushed) => {
      const piece = Buffer.from(pushed.buffer, pushed.byteOffset, pushed.byteLength)
      let at = 0
      while (at < piece.length) {
        const room = state === 'header' || state === 'map' || state === 'end' ? blockBytes - filled : left
        const part = piece.subarray(at, at + Math.min(room, piece.length - at))
        at += part.length
        if (state === 'content' || state === 'padding') {
          left -= part.length
          listener.content?.(part, state === 'padding')
          if (left > 0) continue
          if (state === 'content' && padding > 0) {
            state = 'padding'
            left = padding
          } else {
            state = 'header'
            listener.entryEnd?.()
          }
        } else if (state === 'extended') {
          keepRaw(part)
          extended?.parts.push(Buffer.from(part))
          left -= part.length
          if (left === 0) takeExtended()
        } else {
          part.copy(block, filled)
          filled += part.length
          if (filled < blockBytes) continue
          filled = 0
          takeBlock()
        }
      }
    },
    finish: () => {
      if (state !== 'end' || filled > 0) throw new TarError('truncated', 'the archive has no end')
    },
  }
}

function indexOfEnd(content: Buffer): number {
  const end = content.indexOf(0)
  return end < 0 ? content.length : end
}
