/** Keeps the beginning and the end of a stream and counts the rest, so that 200 MB of output cost what is kept. */
export class OutputBuffer {
  readonly #headLimit: number
  readonly #tailLimit: number
  readonly #head: Buffer[] = []
  #tail: Buffer[] = []
  #headBytes = 0
  #tailBytes = 0
  total = 0

  constructor(limit: number) {
    this.#headLimit = Math.ceil(limit * 0.75)
    this.#tailLimit = limit - this.#headLimit
  }

  add(chunk: Buffer): void {
    this.total += chunk.length
    const room = this.#headLimit - this.#headBytes
    if (room > 0) {
      this.#head.push(chunk.subarray(0, room))
      this.#headBytes += Math.min(room, chunk.length)
    }
    if (chunk.length <= room) return
    const rest = room > 0 ? chunk.subarray(room) : chunk
    this.#tail.push(Buffer.from(rest.subarray(Math.max(0, rest.length - this.#tailLimit))))
    this.#tailBytes += Math.min(rest.length, this.#tailLimit)
    if (this.#tailBytes > this.#tailLimit * 4 + 65_536) this.#shrink()
  }

  get isTruncated(): boolean {
    return this.total > this.#headLimit + this.#tailLimit
  }

  bytes(): Buffer {
    this.#shrink()
    const cut = this.isTruncated
      ? [Buffer.from(`\n… ${this.total - this.#headLimit - this.#tailLimit} bytes left out …\n`)]
      : []
    return Buffer.concat([...this.#head, ...cut, ...this.#tail])
  }

  #shrink(): void {
    const joined = Buffer.concat(this.#tail)
    const kept = Buffer.from(joined.subarray(Math.max(0, joined.length - this.#tailLimit)))
    this.#tail = [kept]
    this.#tailBytes = kept.length
  }
}
