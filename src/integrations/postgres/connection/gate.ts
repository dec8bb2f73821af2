/** Lets so many in at once; the others wait their turn, in order. */
export interface Gate {
  enter(): Promise<void>
  leave(): void
}

export function createGate(limit: number): Gate {
  let free = limit
  const waiting: (() => void)[] = []
  return {
    enter: async () => {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
    },
    leave: () => {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    },
  }
}
