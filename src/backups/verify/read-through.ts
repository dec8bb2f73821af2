import type { StoredPart } from '../../core/backup.ts'

/** A part that is read to its end whoever reads it, and how far. */
export interface ReadThrough {
  /** Somebody may stop in the middle of it: what is left is read by `finish`. */
  readonly part: StoredPart
  /** Reads what nobody has read. Throws what reading threw, then or earlier. */
  finish(): Promise<void>
  /** Lets go of what is not read any more. */
  close(): Promise<void>
}

/** One reading serves both: who looks into the content stops where it likes, and every byte is checked all the same. */
export function readThrough(part: StoredPart, signal: AbortSignal): ReadThrough {
  let open: AsyncIterator<Uint8Array> | undefined
  let isWhole = false
  let failure: { readonly error: unknown } | undefined

  const begin = (): AsyncIterator<Uint8Array> => {
    const pieces = part.read()[Symbol.asyncIterator]()
    open = pieces
    return pieces
  }
  const next = async (pieces: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> => {
    try {
      signal.throwIfAborted()
      const result = await pieces.next()
      isWhole ||= result.done === true
      return result
    } catch (error) {
      failure ??= { error }
      throw error
    }
  }
  const close = async (): Promise<void> => {
    const left = open
    open = undefined
    await left?.return?.()
  }
  return {
    part: {
      ...part,
      read: () => ({
        [Symbol.asyncIterator]: () => {
          const before = close()
          let pieces: AsyncIterator<Uint8Array> | undefined
          return {
            next: async () => {
              await before
              pieces ??= begin()
              return next(pieces)
            },
            // Not closed: the rest of it is wanted too.
            return: async () => ({ done: true, value: undefined }),
          }
        },
      }),
    },
    finish: async () => {
      if (failure !== undefined) throw failure.error
      if (isWhole) return
      const pieces = open ?? begin()
      while ((await next(pieces)).done !== true);
    },
    close,
  }
}
