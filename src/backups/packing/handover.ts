/** Hands pieces from who makes them to who takes them, one at a time: neither is ever more than one ahead. */
export class Handover {
  #offer = Promise.withResolvers<Uint8Array | undefined>()
  #taken = Promise.withResolvers<void>()
  #finish: ((offer: PromiseWithResolvers<Uint8Array | undefined>) => void) | undefined

  /** Resolves when it was taken; rejects when nothing is wanted any more. */
  async give(piece: Uint8Array): Promise<void> {
    const { promise } = this.#taken
    this.#offer.resolve(piece)
    await promise
  }

  end(): void {
    this.#finish = (offer) => offer.resolve(undefined)
    this.#finish(this.#offer)
  }

  fail(error: unknown): void {
    this.#finish = (offer) => offer.reject(error)
    this.#offer.promise.catch(() => undefined)
    this.#finish(this.#offer)
  }

  /** Undefined at the end. Throws what it failed with, after what had been given before. */
  async take(): Promise<Uint8Array | undefined> {
    const piece = await this.#offer.promise
    if (piece === undefined) return undefined
    const taken = this.#taken
    this.#offer = Promise.withResolvers()
    this.#offer.promise.catch(() => undefined)
    this.#taken = Promise.withResolvers()
    this.#finish?.(this.#offer)
    taken.resolve()
    return piece
  }

  /** All that is given, to its end. */
  async *pieces(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.take(); piece !== undefined; piece = await this.take()) yield piece
  }

  /** Nothing more is taken: whoever gives gets the reason. */
  stop(reason: Error): void {
    this.#taken.promise.catch(() => undefined)
    this.#taken.reject(reason)
  }
}
