import { beLean, collectBrief, collectGarbage } from './collect-garbage.ts'

const briefEvery = 4 * 2 ** 20
/** What came from slow streams beside a quick one is no longer brief. Twice as often is no less memory, and a quarter slower. */
const wholeEvery = 32 * 2 ** 20

/** Of all streams of this process: they share its memory. */
let [brief, whole] = [0, 0]

/** Counts bytes that stream by, and gives back what they left behind before it is much. */
export class StreamedBytes {
  constructor() {
    beLean()
  }

  passed(bytes: number): void {
    brief += bytes
    whole += bytes
    if (brief < briefEvery) return
    brief = 0
    if (whole < wholeEvery) collectBrief()
    else {
      whole = 0
      collectGarbage()
    }
  }
}

/** The pieces, counted as they go by: for a stream that nothing else counts. */
export async function* streamed(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = new StreamedBytes()
  for await (const piece of pieces) {
    bytes.passed(piece.length)
    yield piece
  }
}
