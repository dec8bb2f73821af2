import type { FileHandle } from 'node:fs/promises'

/** A stretch of what was stored before: of the base (0), or of what was new in a later difference, by its place among these. */
export interface Reused {
  readonly stream: number
  readonly at: number
  readonly bytes: number
}

export interface Range {
  /** `base`, `new`, or the number of a difference. */
  readonly from: string
  readonly at: number
  readonly bytes: number
}

const line = /^(base|new|[1-9]\d{0,3}) (\d{1,16}) ([1-9]\d{0,15})$/
/** Lines are written in lots. */
const flushAt = 64 * 1024

/** Writes how a whole is put together, with as few ranges as will do. */
export class RangeWriter {
  readonly #file: FileHandle
  #last: { from: string; at: number; bytes: number } | undefined
  #text = ''
  #bytes = 0
  #reuses = false

  constructor(file: FileHandle) {
    this.#file = file
  }

  /** Of the whole. */
  get bytes(): number {
    return this.#bytes
  }

  /** Something of it was stored before. */
  get reuses(): boolean {
    return this.#reuses
  }

  async add({ from, at, bytes }: Range): Promise<void> {
    if (bytes === 0) return
    this.#bytes += bytes
    this.#reuses ||= from !== 'new'
    const last = this.#last
    if (last?.from === from && last.at + last.bytes === at) {
      last.bytes += bytes
      return
    }
    this.#tell()
    this.#last = { from, at, bytes }
    if (this.#text.length >= flushAt) await this.#flush()
  }

  async end(): Promise<void> {
    this.#tell()
    this.#last = undefined
    await this.#flush()
  }

  #tell(): void {
    if (this.#last !== undefined) this.#text += `${this.#last.from} ${this.#last.at} ${this.#last.bytes}\n`
  }

  async #flush(): Promise<void> {
    await this.#file.appendFile(this.#text)
    this.#text = ''
  }
}

/** What was written. Throws `wrong()` at a line that is none. */
export async function* rangesIn(pieces: AsyncIterable<Uint8Array>, wrong: () => Error): AsyncGenerator<Range> {
  let rest = ''
  for await (const piece of pieces) {
    const lines = (rest + Buffer.from(piece).toString('latin1')).split('\n')
    rest = lines.pop() ?? ''
    for (const one of lines) {
      const [, from, at, bytes] = line.exec(one) ?? []
      if (from === undefined || at === undefined || bytes === undefined) throw wrong()
      yield { from, at: Number(at), bytes: Number(bytes) }
    }
  }
  if (rest !== '') throw wrong()
}
