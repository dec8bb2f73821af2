import type { BytePath } from './byte-path.ts'

/** Names go to tar in pieces of about this size: one write for each would take longer than the walk. */
const pieceBytes = 32 * 1024
/** Names that were found in the archive are let go in lots. */
const forgottenAtOnce = 4096

/**
 * The names that tar was told, until they come by in the archive: they come in the same order, so that no more are held
 * than lie in pipes.
 */
export class PackedNames {
  #waiting: BytePath[] = []
  #next = 0

  /** The names of a walk as tar reads them. */
  async *toldTo(entries: AsyncIterable<{ readonly path: BytePath }>): AsyncGenerator<Uint8Array> {
    let text = ''
    for await (const { path } of entries) {
      this.#waiting.push(path)
      text += path === '' ? '.\0' : `./${path}\0`
      if (text.length < pieceBytes) continue
      yield Buffer.from(text, 'latin1')
      text = ''
    }
    if (text !== '') yield Buffer.from(text, 'latin1')
  }

  /** A name that came by: those before it will not come. Undefined when nobody told it. */
  came(path: BytePath): readonly BytePath[] | undefined {
    const at = this.#waiting.indexOf(path, this.#next)
    if (at < 0) return undefined
    const missed = this.#waiting.slice(this.#next, at)
    this.#next = at + 1
    if (this.#next >= forgottenAtOnce) {
      this.#waiting = this.#waiting.slice(this.#next)
      this.#next = 0
    }
    return missed
  }

  /** Those that did not come by, at the end. */
  rest(): readonly BytePath[] {
    return this.#waiting.slice(this.#next)
  }
}
