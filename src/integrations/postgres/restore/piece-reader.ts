import { BackupError } from '../../../core/backup.ts'
import { archiveCut, archiveCutRemedy } from './archive-texts.ts'

/** Reads numbers and texts out of pieces that come one by one; it holds no more than what was asked for and one piece. */
export class PieceReader {
  readonly #pieces: AsyncIterator<Uint8Array>
  #buffer: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  /** Bytes that can be taken without a wait. */
  get ready(): number {
    return this.#buffer.length - this.#at
  }

  /** All that lies ready, without taking it. */
  get lying(): Buffer {
    return this.#buffer.subarray(this.#at)
  }

  /** Waits until so many bytes lie ready; false when the end came before. */
  async has(count: number): Promise<boolean> {
    if (this.ready >= count) return true
    const parts = this.ready === 0 ? [] : [this.lying]
    let length = this.ready
    while (length < count) {
      const { value, done } = await this.#pieces.next()
      if (done === true) break
      parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength))
      length += value.byteLength
    }
    const [only] = parts
    this.#buffer = only !== undefined && parts.length === 1 ? only : Buffer.concat(parts)
    this.#at = 0
    return this.ready >= count
  }

  /** As `has`, where an end is the cut of something. */
  async need(count: number): Promise<void> {
    if (this.ready < count && !(await this.has(count))) throw cutArchive()
  }

  /** So many bytes that lie ready, or all that do when they are fewer. */
  take(count: number): Buffer {
    const taken = this.#buffer.subarray(this.#at, this.#at + count)
    this.#at += taken.length
    return taken
  }

  /** Lets go of where the pieces come from. */
  async close(): Promise<void> {
    await this.#pieces.return?.()
  }
}

/** The dump ends before its end. */
export function cutArchive(): BackupError {
  return new BackupError('truncated', archiveCut({}), { hint: archiveCutRemedy({}) })
}
