import { collectBrief } from './collect-garbage.ts'

/** The engine's own bound is 32 MB of bytes outside of its heap, at which it looks through all of that. Less is no faster. */
const collectEvery = 4 * 2 ** 20

/** Counts bytes that stream by, and gives back what they left behind before it is much. */
export class StreamedBytes {
  #bytes = 0

  passed(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes < collectEvery) return
    this.#bytes = 0
    collectBrief()
  }
}
