import { damaged, readInt } from '../restore/archive-toc.ts'
import { cutArchive, type PieceReader } from '../restore/piece-reader.ts'

/** Kinds of blocks: pg_backup_archiver.h. */
const dataBlock = 1
const largeObjectsBlock = 3
/** What pg_dump writes after the last row: three lines that are none. */
const end = '\\.\n\n\n'
const endLines = 3
const lineEnd = 0x0a
/** A longer row is counted, and never a sample: rows of many tables are held at once. */
const longestSample = 65_536

export interface ReadRows {
  /** Rows by the number of their entry. */
  readonly rows: ReadonlyMap<number, number>
  /** Rows as COPY writes them, without their line ends. */
  readonly samples: ReadonlyMap<number, readonly Buffer[]>
  readonly largeObjects: number
}

/**
 * Reads all data of a dump to its end: counts the rows of every entry and the large objects, and takes some rows of the
 * `sampled` entries, any as likely as any other. Throws `BackupError` for what pg_dump does not write.
 */
export async function readAllRows(
  reader: PieceReader,
  known: ReadonlySet<number>,
  sampled: ReadonlySet<number>,
  { size, random }: { readonly size: number; readonly random: () => number },
): Promise<ReadRows> {
  const rows = new Map<number, number>()
  const samples = new Map<number, readonly Buffer[]>()
  let largeObjects = 0
  while (await reader.has(1)) {
    const kind = reader.take(1)[0]
    const id = await readInt(reader)
    if (kind === largeObjectsBlock) {
      while ((await readInt(reader)) !== 0) {
        await readChunks(reader, () => undefined)
        largeObjects++
      }
    } else if (kind !== dataBlock || !known.has(id) || rows.has(id)) throw damaged()
    else {
      // The lines of the end may have come in for rows.
      const table = new TableRows(sampled.has(id) ? size + endLines : 0, random)
      await readChunks(reader, (piece) => table.push(piece))
      rows.set(id, table.end())
      samples.set(id, table.samples.slice(0, size))
    }
  }
  // What the table of contents has and did not come was cut off, wherever the cut went.
  if (rows.size < known.size) throw cutArchive()
  return { rows, samples, largeObjects }
}

async function readChunks(reader: PieceReader, take: (piece: Buffer) => void): Promise<void> {
  for (;;) {
    let left = await readInt(reader)
    if (left === 0) return
    if (left < 0) throw damaged()
    while (left > 0) {
      if (reader.ready === 0) await reader.need(1)
      const piece = reader.take(left)
      left -= piece.length
      take(piece)
    }
  }
}

/** The rows of one table as they go by: a row never holds a line end, which COPY writes as `\n`. */
class TableRows {
  readonly #size: number
  readonly #random: () => number
  readonly #samples: Buffer[] = []
  #lines = 0
  #last: Buffer = Buffer.alloc(0)
  /** The begin of a line that is wanted, and where it shall stand. */
  #open: { readonly at: number; readonly pieces: Buffer[]; bytes: number } | undefined
  #isWithin = false

  constructor(size: number, random: () => number) {
    this.#size = size
    this.#random = random
  }

  push(piece: Buffer): void {
    // Each row is a piece: nothing is made of millions of them.
    this.#last = piece.length >= end.length ? piece : Buffer.concat([this.#last.subarray(-end.length), piece])
    for (let at = 0; at < piece.length; ) {
      if (!this.#isWithin) this.#begin()
      const found = piece.indexOf(lineEnd, at)
      const until = found < 0 ? piece.length : found
      this.#keep(piece.subarray(at, until))
      at = until + 1
      this.#isWithin = found < 0
      if (found >= 0) this.#finish()
    }
  }

  /** How many there were. */
  end(): number {
    if (
      this.#last.toString('latin1', Math.max(0, this.#last.length - end.length)) !== end ||
      this.#isWithin ||
      this.#lines < endLines
    )
      throw damaged()
    return this.#lines - endLines
  }

  get samples(): readonly Buffer[] {
    // The lines of the end are no rows; a row of one empty text looks like one of them.
    return this.#samples.filter((line) => line.length > 0 && !(line.length === 2 && line.toString('latin1') === '\\.'))
  }

  /** Each line takes the place of another with the chance that keeps all of them as likely (Vitter, algorithm R). */
  #begin(): void {
    this.#isWithin = true
    if (this.#size === 0) return
    const at = this.#lines < this.#size ? this.#lines : Math.floor(this.#random() * (this.#lines + 1))
    if (at < this.#size) this.#open = { at, pieces: [], bytes: 0 }
  }

  #keep(piece: Buffer): void {
    const open = this.#open
    if (open === undefined) return
    open.bytes += piece.length
    if (open.bytes > longestSample) this.#open = undefined
    // The memory of the reader is not ours.
    else open.pieces.push(Buffer.from(piece))
  }

  #finish(): void {
    this.#lines++
    this.#isWithin = false
    if (this.#open !== undefined) this.#samples[this.#open.at] = Buffer.concat(this.#open.pieces)
    this.#open = undefined
  }
}
