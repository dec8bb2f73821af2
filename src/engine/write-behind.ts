/** Writes that go on while their callers do other things. */
export interface WriteBehind {
  /** Begins a write, and waits only when too many are under way. Throws what an earlier one threw. */
  add(write: () => Promise<unknown>): Promise<void>
  /** Waits for all. Throws what the first of them that failed threw. */
  end(): Promise<void>
}

/** At most `limit` writes under way at once; `onFailure` is told at once when one cannot be done. */
export function writeBehind(limit: number, onFailure: () => void): WriteBehind {
  const underWay = new Set<Promise<void>>()
  let failure: { readonly error: unknown } | undefined
  const check = (): void => {
    if (failure !== undefined) throw failure.error
  }
  return {
    add: async (write) => {
      check()
      const done = write()
        .then(
          () => undefined,
          (error: unknown) => {
            failure ??= { error }
            onFailure()
          },
        )
        .finally(() => underWay.delete(done))
      underWay.add(done)
      if (underWay.size >= limit) await Promise.race(underWay)
      check()
    },
    end: async () => {
      await Promise.all(underWay)
      check()
    },
  }
}
