/** Pieces of one source that several take, each as many as it can. */
export interface SharedRows {
  /** What one of them takes: each piece goes to one alone. A row that is longer than a piece stays with whoever has its begin. */
  pull(): AsyncIterable<Uint8Array>
  /** When the source has no more. */
  readonly ended: Promise<'ended'>
  /** When so many pieces were taken that it is worth while for others to help. */
  readonly grown: Promise<'grown'>
}

const newline = 0x0a

/**
 * Pieces end where rows do, or lie within one: an end of line is written nowhere else than at the end of a row. `give` gets back
 * each piece when whoever took it asks for the next.
 */
export function shareRows(
  rows: AsyncIterable<Uint8Array>,
  grownAt: number,
  give: (piece: Uint8Array) => void = () => undefined,
): SharedRows {
  const source = rows[Symbol.asyncIterator]()
  const [ended, grown] = [Promise.withResolvers<'ended'>(), Promise.withResolvers<'grown'>()]
  let taken = 0
  let turn = Promise.resolve()
  const enter = async (): Promise<() => void> => {
    const before = turn
    const mine = Promise.withResolvers<void>()
    turn = mine.promise
    await before
    return mine.resolve
  }
  const next = async (): Promise<Uint8Array | undefined> => {
    const { done, value } = await source.next()
    if (done === true) {
      ended.resolve('ended')
      return undefined
    }
    taken += 1
    if (taken === grownAt) grown.resolve('grown')
    return value
  }
  return {
    ended: ended.promise,
    grown: grown.promise,
    pull: async function* () {
      for (;;) {
        const leave = await enter()
        let piece: Uint8Array | undefined
        try {
          piece = await next()
          while (piece !== undefined && piece.at(-1) !== newline) {
            yield piece
            give(piece)
            piece = await next()
          }
        } finally {
          leave()
        }
        if (piece === undefined) return
        yield piece
        give(piece)
      }
    },
  }
}
