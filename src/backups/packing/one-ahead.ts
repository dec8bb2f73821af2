type Begin<T> = () => AsyncGenerator<T>

interface Begun<T> {
  readonly pieces: AsyncGenerator<T>
  readonly first: Promise<IteratorResult<T>>
}

/**
 * The pieces of streams, one stream after the other. Each is begun while the one before it is read, up to its first piece: what
 * it must do before (unpack a reference, start a program) is not waited for. What it throws is thrown in its turn.
 */
export async function* oneAhead<T>(streams: readonly Begin<T>[]): AsyncGenerator<T> {
  let next = begun(streams[0])
  try {
    for (let index = 0; next !== undefined; index++) {
      const { pieces, first } = next
      const result = await first
      next = begun(streams[index + 1])
      if (result.done === true) continue
      try {
        yield result.value
        yield* pieces
      } finally {
        await pieces.return(undefined)
      }
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
