/** Takes stretches out of a stream, each further on than the one before. */
export class Cursor {
  readonly #pieces: AsyncGenerator<Uint8Array>
  readonly #wrong: () => Error
  #rest: Uint8Array = new Uint8Array()
  #at = 0

  /** @param wrong what is thrown when the stream does not hold what is asked for. */
  constructor(pieces: AsyncGenerator<Uint8Array>, wrong: () => Error) {
    this.#pieces = pieces
    this.#wrong = wrong
  }

  async *take(at: number, bytes: number): AsyncGenerator<Uint8Array> {
    if (at < this.#at) throw this.#wrong()
    while (this.#at < at) await this.#next(at - this.#at)
    for (const end = at + bytes; this.#at < end; ) yield await this.#next(end - this.#at)
  }

  /** Reads what is left, so that whoever gives it can tell whether all was right. */
  async toEnd(): Promise<void> {
    this.#rest = new Uint8Array()
    for await (const _ of this.#pieces);
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined)
  }

  async #next(atMost: number): Promise<Uint8Array> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#pieces.next()
      if (done === true) throw this.#wrong()
      this.#rest = value
    }
    const piece = this.#rest.subarray(0, atMost)
    this.#rest = this.#rest.subarray(piece.length)
    this.#at += piece.length
    return piece
  }
}
