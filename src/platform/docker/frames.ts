const headBytes = 8
const stdoutStream = 1
const stderrStream = 2

export interface Frame {
  readonly stream: 'stdout' | 'stderr'
  readonly piece: Uint8Array
}

/**
 * Parts what a container without a terminal says into its two streams (Engine API, "Stream format": a byte for the stream,
 * three of nothing, four for the size, then that many bytes). Throws `RangeError` when it is cut or is something else.
 */
export async function* framesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const head = Buffer.alloc(headBytes)
  let headFilled = 0
  let left = 0
  let stream: Frame['stream'] = 'stdout'
  for await (const chunk of bytes) {
    let at = 0
    while (at < chunk.length) {
      if (left === 0) {
        const taken = Math.min(headBytes - headFilled, chunk.length - at)
        head.set(chunk.subarray(at, at + taken), headFilled)
        headFilled += taken
        at += taken
        if (headFilled < headBytes) break
        headFilled = 0
        if (head[0] !== stdoutStream && head[0] !== stderrStream) throw new RangeError('not a stream of a container')
        stream = head[0] === stdoutStream ? 'stdout' : 'stderr'
        left = head.readUInt32BE(4)
        continue
      }
      const piece = chunk.subarray(at, at + left)
      at += piece.length
      left -= piece.length
      yield { stream, piece }
    }
  }
  if (left > 0 || headFilled > 0) throw new RangeError('the stream of a container was cut')
}
