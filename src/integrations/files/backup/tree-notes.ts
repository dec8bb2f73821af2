import type { TreeEntry } from './tree-entry.ts'
import type { WalkedEntry } from './tree-walk.ts'

/**
 * What changed less than this before a dump is read again the next time: a page that a program has mapped is written, and its
 * times are set, up to 35 s later. Source: `vm.dirty_expire_centisecs` and `vm.dirty_writeback_centisecs` of Linux.
 */
const settledMs = 60_000
const version = 'vigie-tree-notes/1'
/** Lines are handed on in lots. */
const flushAt = 64 * 1024

/** An entry of an archive, where it is stored, and what the system said of it before it was packed. */
export interface NotedEntry {
  readonly entry: TreeEntry
  readonly isSparse: boolean
  readonly inode: bigint
  readonly ctimeNs: bigint
  /** Of those of `DumpMemory`. */
  readonly stream: number
  readonly at: number
  readonly bytes: number
}

type Line = [
  string,
  TreeEntry['type'],
  number,
  number,
  number,
  number,
  string,
  string,
  0 | 1,
  string,
  string,
  number,
  number,
  number,
]

/** Notes the entries of an archive, in its order. */
export class TreeNotes {
  readonly #newestNs: bigint
  #text = `${JSON.stringify(version)}\n`

  constructor(nowMs: number) {
    this.#newestNs = BigInt(nowMs - settledMs) * 1_000_000n
  }

  /** An entry that was packed. */
  packed(
    entry: TreeEntry,
    { inode, ctimeNs }: WalkedEntry,
    place: Omit<NotedEntry, 'entry' | 'inode' | 'ctimeNs'>,
  ): void {
    if (ctimeNs <= this.#newestNs) this.add({ ...place, entry, inode, ctimeNs })
  }

  add({ entry, isSparse, inode, ctimeNs, stream, at, bytes }: NotedEntry): void {
    const { path, type, mode, uid, gid, mtimeNs, link } = entry
    const line: Line = [
      ...([path, type, entry.bytes, mode, uid, gid, String(mtimeNs), link, isSparse ? 1 : 0] as const),
      ...([String(inode), String(ctimeNs), stream, at, bytes] as const),
    ]
    this.#text += `${JSON.stringify(line)}\n`
  }

  /** What was noted since; undefined while it is little. */
  taken(isEnd: boolean): Uint8Array | undefined {
    if (this.#text === '' || (!isEnd && this.#text.length < flushAt)) return undefined
    const piece = Buffer.from(this.#text)
    this.#text = ''
    return piece
  }
}

/** The entries of such notes, in their order. Notes of another version hold none. */
export async function* notedEntries(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<NotedEntry> {
  let isFirst = true
  for await (const line of linesOf(pieces)) {
    const value: unknown = JSON.parse(line)
    if (isFirst && value !== version) return
    if (!isFirst) yield entryOf(value as Line)
    isFirst = false
  }
}

/** Whether an entry that was walked is as it was, down to the time of its last change, which nobody can set. */
export function isAsNoted(walked: WalkedEntry, { entry, inode, ctimeNs }: NotedEntry): boolean {
  return (
    walked.ctimeNs === ctimeNs &&
    walked.inode === inode &&
    walked.mtimeNs === entry.mtimeNs &&
    walked.type === entry.type &&
    walked.bytes === entry.bytes &&
    walked.mode === entry.mode &&
    walked.uid === entry.uid &&
    walked.gid === entry.gid &&
    walked.link === entry.link
  )
}

function entryOf(line: Line): NotedEntry {
  const [path, type, size, mode, uid, gid, mtime, link, sparse, inode, ctime, stream, at, bytes] = line
  return {
    entry: { path, type, bytes: size, mode, uid, gid, mtimeNs: BigInt(mtime), link },
    isSparse: sparse === 1,
    inode: BigInt(inode),
    ctimeNs: BigInt(ctime),
    ...{ stream, at, bytes },
  }
}

async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
}
