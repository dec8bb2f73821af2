type Begin<T> = () => AsyncGenerator<T>

interface Begun<T> {
  readonly pieces: AsyncGenerator<T>
  readonly first: Promise<IteratorResult<T>>
}

/** Of an eighth of a megabyte: who wants no more than how a stream begins has read it by then. */
const beginPieces = 16

/**
 * The pieces of streams, one stream after the other. Each is begun while the one before it is read, up to its first piece: what
 * it must do before (unpack a reference, start a program) is not waited for. What it throws is thrown in its turn.
 */
export async function* oneAhead<T>(streams: readonly Begin<T>[], after = beginPieces): AsyncGenerator<T> {
  let next = begun(streams[0])
  try {
    for (let index = 1; next !== undefined; index++) {
      const { pieces, first } = next
      next = undefined
      let taken = 0
      try {
        for (let result = await first; result.done !== true; result = await pieces.next()) {
          yield result.value
          if (++taken === after) next = begun(streams[index])
        }
      } finally {
        await pieces.return(undefined)
      }
      next ??= begun(streams[index])
    }
  } finally {
    await next?.first.catch(() => undefined)
    await next?.pieces.return(undefined)
  }
}

/** The same, each begun when the one before it is over. */
export async function* inTurn<T>(streams: readonly Begin<T>[]): AsyncGenerator<T> {
  for (const begin of streams) yield* begin()
}

function begun<T>(begin: Begin<T> | undefined): Begun<T> | undefined {
  if (begin === undefined) return undefined
  const pieces = begin()
  const first = pieces.next()
  first.catch(() => undefined)
  return { pieces, first }
}
