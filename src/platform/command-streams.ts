import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'

/** Hands every piece of a command's output on and waits for it to be taken. Ends when nothing can come any more. */
export async function handOn(output: Readable, take: (piece: Uint8Array) => Promise<void>): Promise<void> {
  for await (const piece of output) await take(piece)
}

/** Writes all pieces into a command's input and closes it. A command that stops reading is no failure; a source that throws is. */
export async function feed(input: Writable, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    input.once('close', resolve).on('error', () => resolve())
  })
  let isClosed = false
  void closed.then(() => {
    isClosed = true
  })
  for await (const piece of pieces) {
    if (isClosed || input.destroyed) break
    if (!input.write(piece)) await Promise.race([once(input, 'drain').catch(() => undefined), closed])
  }
  input.end()
}
