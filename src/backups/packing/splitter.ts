/** Cuts a stream into streams of so many bytes, none of which is held: each must be read to its end before the next. */
export async function* splitter(
  source: AsyncIterable<Uint8Array>,
  size: number,
): AsyncIterable<AsyncIterable<Uint8Array>> {
  const pieces = source[Symbol.asyncIterator]()
  let rest: Uint8Array | undefined
  let isEnded = false
  const next = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      if (rest !== undefined && rest.length > 0) return rest
      if (isEnded) return undefined
      const { done, value } = await pieces.next()
      if (done) isEnded = true
      else rest = value
    }
  }
  while ((await next()) !== undefined) {
    let left = size
    yield (async function* () {
      while (left > 0) {
        const piece = await next()
        if (piece === undefined) return
        const taken = piece.subarray(0, left)
        rest = piece.subarray(taken.length)
        left -= taken.length
        yield taken
      }
    })()
  }
}
