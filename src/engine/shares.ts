/** Resources that the steps of one component share in one run, such as a connection pool. */
export interface Shares {
  share<T>(component: string, key: string, open: () => Promise<T>, close: (resource: T) => Promise<void>): Promise<T>
  /** Closes all in the opposite order; a close that fails or hangs is given up after `limitMs`. */
  closeAll(limitMs: number): Promise<void>
}

export function createShares(): Shares {
  const opened = new Map<string, Promise<unknown>>()
  const closers: (() => Promise<void>)[] = []
  return {
    share: <T>(component: string, key: string, open: () => Promise<T>, close: (resource: T) => Promise<void>) => {
      const name = `${component}\0${key}`
      const known = opened.get(name)
      // Who names the same thing of a component opens the same.
      if (known !== undefined) return known as Promise<T>
      const resource = open()
      opened.set(name, resource)
      closers.push(async () => close(await resource))
      // What could not be opened is tried again by the next who asks.
      resource.catch(() => opened.delete(name))
      return resource
    },
    closeAll: async (limitMs) => {
      for (const close of closers.reverse()) {
        await Promise.race([close().catch(() => undefined), new Promise((done) => setTimeout(done, limitMs).unref())])
      }
      closers.length = 0
      opened.clear()
    },
  }
}
