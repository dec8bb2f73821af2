import type { Duplex } from 'node:stream'
import type { Client, Connection } from 'pg'

/**
 * Runs a `COPY … FROM STDIN` with these rows, written as the server takes them; gives how many there were. A throw of the
 * rows ends it, and nothing of them stays. When a piece is asked for, the bytes of the one before are not needed any more.
 * The messages are those of the chapter "Message Formats" of PostgreSQL.
 */
export async function copyIn(client: Client, sql: string, rows: AsyncIterable<Uint8Array>): Promise<number> {
  const done = Promise.withResolvers<number>()
  const over = new AbortController()
  let [count, isFed] = [0, Promise.resolve()]
  let own: { readonly error: unknown } | undefined
  client.query({
    submit: (connection: Connection) => void connection.query(sql),
    handleCopyInResponse: ({ stream }: Connection) => {
      isFed = feed(stream, rows, over.signal).catch((error: unknown) => {
        own = { error }
        if (stream.writable) stream.write(frame('f', Buffer.from('the rows ended in the middle\0')))
      })
    },
    handleCommandComplete: ({ text }: { readonly text: string }) => {
      count = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0)
    },
    handleError: (error: unknown) => done.reject(error),
    handleReadyForQuery: () => done.resolve(count),
  })
  try {
    return await done.promise
  } catch (error) {
    over.abort()
    await isFed
    throw own === undefined ? error : own.error
  }
}

async function feed(stream: Duplex, rows: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
  for await (const piece of rows) {
    if (signal.aborted || !stream.writable) return
    stream.write(head('d', piece.byteLength))
    // A server that refuses, or goes, is told by the statement.
    await new Promise<void>((resolve) => void stream.write(piece, () => resolve()))
  }
  if (!signal.aborted && stream.writable) stream.write(frame('c', Buffer.alloc(0)))
}

function frame(kind: string, body: Buffer): Buffer {
  return Buffer.concat([head(kind, body.length), body])
}

/** A letter, and the length with itself. */
function head(kind: string, length: number): Buffer {
  const bytes = Buffer.alloc(5, kind)
  bytes.writeInt32BE(length + 4, 1)
  return bytes
}
