import { Cutter, type SegmentSizes } from './cutter.ts'

/**
 * Cuts a stream into streams, none of which is held: each must be read to its end before the next is asked for. The source is
 * not told when nobody wants more of it.
 */
export async function* cutSegments(
  source: AsyncIterable<Uint8Array>,
  sizes: SegmentSizes,
): AsyncGenerator<AsyncGenerator<Uint8Array>> {
  const pieces = source[Symbol.asyncIterator]()
  const cutter = new Cutter(sizes)
  let rest: Uint8Array | undefined
  let isEnded = false
  const next = async (): Promise<Uint8Array | undefined> => {
    while (rest === undefined || rest.length === 0) {
      if (isEnded) return undefined
      const { done, value } = await pieces.next()
      isEnded = done === true
      rest = done === true ? undefined : value
    }
    return rest
  }
  async function* segment(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const piece = await next()
      if (piece === undefined) return
      const cut = cutter.cut(piece)
      rest = cut === -1 ? undefined : piece.subarray(cut)
      yield cut === -1 ? piece : piece.subarray(0, cut)
      if (cut !== -1) return
    }
  }
  while ((await next()) !== undefined) yield segment()
}
