import type { Dispatcher } from 'undici'

/** What is told of an answer while it comes. What it throws ends the exchange, and its promise is rejected with that. */
export interface AnswerReader {
  /** Not of 1xx. Header names are in lower case. */
  onHead(status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void
  /** False when the rest is not wanted: the connection is closed. */
  onPiece(piece: Buffer): boolean
}

/** The exchange was given up by its `abort`. */
export class AbortedError extends Error {}

export interface Exchange {
  /** Settles when the answer has been read to its end, or as far as it is wanted. Rejects with what the network says. */
  readonly done: Promise<void>
  /** Gives it up, whether it is connected or not. */
  abort(): void
}

/**
 * Sends one request and hands its answer on as it comes. The streams and signals that undici's own `request` makes for
 * each answer cost more than a look itself, and the watch sends many a second.
 */
export function exchange(
  agent: Pick<Dispatcher, 'dispatch'>,
  request: Dispatcher.DispatchOptions,
  { onHead, onPiece }: AnswerReader,
): Exchange {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let controller: Dispatcher.DispatchController | undefined
  let isOver = false
  const end = (error?: unknown): void => {
    isOver = true
    if (error === undefined) resolve()
    else reject(error)
  }
  /** Ends it on our side: what the connection says of that is not heard any more. */
  const cut = (error?: unknown): void => {
    if (isOver) return
    end(error)
    controller?.abort(new AbortedError('given up'))
  }
  const reading = (read: () => boolean): void => {
    if (isOver) return
    try {
      if (!read()) cut()
    } catch (error) {
      cut(error)
    }
  }
  agent.dispatch(request, {
    // Once more when a kept connection turned out to be closed.
    onRequestStart: (own) => {
      controller = own
      if (isOver) own.abort(new AbortedError('given up'))
    },
    onResponseStart: (_, status, headers) => {
      if (status < 200) return
      reading(() => {
        onHead(status, headers)
        return true
      })
    },
    onResponseData: (_, piece) => reading(() => onPiece(piece)),
    onResponseEnd: () => {
      if (!isOver) end()
    },
    onResponseError: (_, error) => {
      if (!isOver) end(error)
    },
  })
  return { done: promise, abort: () => cut(new AbortedError('given up')) }
}
