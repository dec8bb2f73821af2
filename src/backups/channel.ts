/** Joins what writes piece by piece with what reads: each piece is taken before the next can be written. */
export interface Channel<Piece> {
  readonly pieces: AsyncIterable<Piece>
  write(piece: Piece): Promise<void>
  /** No more will come. */
  end(): void
  /** The reader gets the error in place of the end. */
  fail(error: unknown): void
  /** Nobody reads any more, or ever will: what waits to be taken is refused, and so is all that comes. */
  leave(): void
}

export function createChannel<Piece extends object>(): Channel<Piece> {
  let waiting: ((result: { piece?: Piece; error?: unknown; isEnd: boolean }) => void) | undefined
  let offered: { readonly piece: Piece; taken(): void; refused(error: unknown): void } | undefined
  let over: { readonly error: unknown } | 'ended' | undefined
  let gone: { readonly error: unknown } | undefined
  const take = (): Promise<{ piece?: Piece; error?: unknown; isEnd: boolean }> => {
    if (offered !== undefined) {
      const { piece, taken } = offered
      offered = undefined
      taken()
      return Promise.resolve({ piece, isEnd: false })
    }
    if (over === 'ended') return Promise.resolve({ isEnd: true })
    if (over !== undefined) return Promise.resolve({ error: over.error, isEnd: true })
    return new Promise((resolve) => {
      waiting = resolve
    })
  }
  const finish = (how: { readonly error: unknown } | 'ended'): void => {
    over ??= how
    const reader = waiting
    waiting = undefined
    reader?.(how === 'ended' ? { isEnd: true } : { error: how.error, isEnd: true })
  }
  const leave = (): void => {
    gone ??= { error: new Error('nobody reads any more') }
    offered?.refused(gone.error)
    offered = undefined
  }
  return {
    pieces: (async function* () {
      try {
        for (;;) {
          const { piece, error, isEnd } = await take()
          if (piece !== undefined) yield piece
          else if (error !== undefined) throw error
          else if (isEnd) return
        }
      } finally {
        leave()
      }
    })(),
    write: (piece) => {
      if (gone !== undefined) return Promise.reject(gone.error)
      if (waiting !== undefined) {
        const reader = waiting
        waiting = undefined
        reader({ piece, isEnd: false })
        return Promise.resolve()
      }
      return new Promise((resolve, reject) => {
        offered = { piece, taken: resolve, refused: reject }
      })
    },
    end: () => finish('ended'),
    fail: (error) => finish({ error }),
    leave,
  }
}
