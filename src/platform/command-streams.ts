import type { Readable, Writable } from 'node:stream'

/** Hands every piece of a command's output on and waits for it to be taken. Ends when nothing can come any more. */
export async function handOn(output: Readable, take: (piece: Uint8Array) => Promise<void>): Promise<void> {
  for await (const piece of output) await take(piece)
}

/**
 * Writes all pieces into a command's input and closes it. A command that stops reading is no failure; a source that throws is.
 * Each piece is written before the next is asked for: its memory is then its giver's again.
 */
export async function feed(input: Writable, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const piece of pieces) {
    if (input.destroyed) break
    // Told of what could not be written too.
    await new Promise<void>((resolve) => input.write(piece, () => resolve()))
  }
  input.end()
}
