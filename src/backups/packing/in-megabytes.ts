/** The pieces put together to about that many bytes: what has a price for each piece is paid more rarely. */
export async function* inMegabytes(pieces: AsyncIterable<Uint8Array>, size = 2 ** 20): AsyncGenerator<Uint8Array> {
  let gathered: Uint8Array[] = []
  let bytes = 0
  for await (const piece of pieces) {
    gathered.push(piece)
    bytes += piece.length
    if (bytes < size) continue
    yield Buffer.concat(gathered)
    gathered = []
    bytes = 0
  }
  if (bytes > 0) yield Buffer.concat(gathered)
}
