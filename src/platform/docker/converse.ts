import type { Socket } from 'node:net'
import { feed } from '../command-streams.ts'
import { OutputBuffer } from '../output-buffer.ts'
import { EngineError } from './engine-error.ts'
import { streamCut } from './engine-texts.ts'
import { framesOf } from './frames.ts'

/** Of what a program says beside what is handed on, this much is kept. */
const maxKeptBytes = 1_000_000

export interface Streams {
  readonly stdin?: AsyncIterable<Uint8Array>
  /** Gets all of standard output and is waited for; then nothing of it is kept. */
  readonly onStdout?: (piece: Uint8Array) => Promise<void>
}

/**
 * Speaks with a program in a container until both sides are done: byte for byte, without a terminal. A throw of `stdin` or
 * `onStdout` ends the connection and is thrown; so does the signal. Throws `EngineError` when the connection breaks.
 */
export async function converse(
  { socket, head }: { readonly socket: Socket; readonly head: Buffer },
  { stdin, onStdout }: Streams,
  what: string,
  signal: AbortSignal,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const out = new OutputBuffer(maxKeptBytes)
  const err = new OutputBuffer(maxKeptBytes)
  const end = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
  if (signal.aborted) end()
  signal.addEventListener('abort', end, { once: true })
  const own: { error?: unknown } = {}
  const listen = async (): Promise<void> => {
    if (head.length > 0) socket.unshift(head)
    for await (const { stream, piece } of framesOf(socket)) {
      if (stream === 'stderr') err.add(Buffer.from(piece))
      else if (onStdout === undefined) out.add(Buffer.from(piece))
      else await owning(own, onStdout(piece))
    }
  }
  const speak = async (): Promise<void> => {
    try {
      if (stdin === undefined) socket.end()
      else await owning(own, feed(socket, stdin))
    } catch (error) {
      socket.destroy()
      throw error
    }
  }
  try {
    await Promise.all([listen(), speak()])
  } catch (error) {
    if (own.error !== undefined) throw own.error
    signal.throwIfAborted()
    throw new EngineError(streamCut({ what }), { cause: error })
  } finally {
    signal.removeEventListener('abort', end)
    socket.destroy()
  }
  return { stdout: out.bytes().toString('utf8'), stderr: err.bytes().toString('utf8') }
}

/** Tells a throw of those who give and take the bytes from one of the connection. */
async function owning(own: { error?: unknown }, work: Promise<void>): Promise<void> {
  try {
    await work
  } catch (error) {
    own.error ??= error
    throw error
  }
}
