import { syncBuiltinESMExports } from 'node:module'

/** What is waited for can never come, or did not come in time. */
export class NeverSettledError extends Error {}

/** What is waited for wanted to end the whole program. */
export class EndedError extends Error {}

/**
 * Waits for `work` as long as anything is left that could end it: a promise that nobody will ever keep would otherwise end
 * the program in silence, and one that only a timer keeps alive would hold it for ever. A rejection that nobody handled
 * meanwhile is thrown as well. Throws `NeverSettledError` when nothing is left to do, or at the limit, and `EndedError`
 * instead of letting the work call `process.exit`.
 */
export async function settle<T>(work: () => Promise<T>, limitMs: number): Promise<T> {
  const failed = Promise.withResolvers<never>()
  // It is raced below; until then nobody listens.
  failed.promise.catch(() => undefined)
  const onIdle = (): void => failed.reject(new NeverSettledError())
  const onThrow = (error: unknown): void => failed.reject(error)
  const timer = setTimeout(onIdle, limitMs).unref()
  process.once('beforeExit', onIdle).once('uncaughtException', onThrow)
  const letExit = withoutExit((error) => failed.reject(error))
  try {
    const working = work()
    // What failed meanwhile counts, even if the work went on.
    return await Promise.race([failed.promise, working])
  } finally {
    clearTimeout(timer)
    process.off('beforeExit', onIdle).off('uncaughtException', onThrow)
    letExit()
  }
}

/** Makes `process.exit` throw, also where it was imported by name, until the function that this gives is called. */
function withoutExit(onCall: (error: EndedError) => void): () => void {
  const { exit } = process
  const set = (value: typeof process.exit): void => {
    process.exit = value
    syncBuiltinESMExports()
  }
  set((code) => {
    const error = new EndedError(`process.exit(${code ?? ''})`)
    onCall(error)
    throw error
  })
  return () => set(exit)
}
