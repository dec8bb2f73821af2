import { createHash } from 'node:crypto'

/** Of what a segment begins with: about a row, since one that changed among many would make it another. */
const headBytes = 128
const headLength = 16

/** Counts and hashes bytes as they go by. */
export class Tally {
  readonly #hash = createHash('sha256')
  readonly #head = createHash('sha256')
  #bytes = 0
  #isEnded = false

  get bytes(): number {
    return this.#bytes
  }

  /** The stream came to its end, and nobody stopped before it. */
  get isEnded(): boolean {
    return this.#isEnded
  }

  add(piece: Uint8Array): void {
    if (this.#bytes < headBytes) this.#head.update(piece.subarray(0, headBytes - this.#bytes))
    this.#bytes += piece.length
    this.#hash.update(piece)
  }

  async *of(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of pieces) {
      this.add(piece)
      yield piece
    }
    this.#isEnded = true
  }

  sha256(): string {
    return this.#hash.copy().digest('hex')
  }

  head(): string {
    return this.#head.copy().digest('hex').slice(0, headLength)
  }
}
