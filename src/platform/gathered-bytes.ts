/** Puts small pieces together in one place, which is used again and again: nothing is left behind for the engine to collect. */
export class GatheredBytes {
  #place: Buffer
  #filled = 0

  /** @param bytes what it holds before it must grow. */
  constructor(bytes: number) {
    this.#place = Buffer.allocUnsafe(bytes)
  }

  get length(): number {
    return this.#filled
  }

  add(piece: Uint8Array): void {
    const filled = this.#filled + piece.length
    if (filled > this.#place.length) {
      const larger = Buffer.allocUnsafe(Math.max(filled, 2 * this.#place.length))
      this.#place.copy(larger, 0, 0, this.#filled)
      this.#place = larger
    }
    this.#place.set(piece, this.#filled)
    this.#filled = filled
  }

  /** What was added since; it is overwritten by the next that is added. */
  take(): Buffer {
    const taken = this.#place.subarray(0, this.#filled)
    this.#filled = 0
    return taken
  }
}
