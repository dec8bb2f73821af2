import { once } from 'node:events'
import { PassThrough } from 'node:stream'

/**
 * Hands every piece on to who takes them; the giver waits when the taker does. The first failure of either side ends both
 * and is thrown. A taker that ends well before the last piece (tar stops at the mark of the end) gets no more.
 */
export async function piped(
  give: (take: (piece: Uint8Array) => Promise<void>) => Promise<unknown>,
  consume: (pieces: AsyncIterable<Uint8Array>) => Promise<unknown>,
): Promise<void> {
  const stream = new PassThrough()
  const closed = new Promise<void>((resolve) => {
    // What ends it is thrown below.
    stream.once('close', resolve).on('error', () => undefined)
  })
  let failure: { readonly error: unknown } | undefined
  const consuming = consume(stream)
    .catch((error: unknown) => {
      failure ??= { error }
    })
    .finally(() => stream.destroy())
  const giving = give(async (piece) => {
    if (failure !== undefined) throw failure.error
    if (stream.destroyed) return
    if (!stream.write(piece)) await Promise.race([once(stream, 'drain').catch(() => undefined), closed])
  }).then(
    () => void stream.end(),
    (error: unknown) => {
      failure ??= { error }
      stream.destroy(error instanceof Error ? error : new Error(String(error)))
    },
  )
  await Promise.all([giving, consuming])
  if (failure !== undefined) throw failure.error
}
