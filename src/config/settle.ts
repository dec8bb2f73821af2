/** What is waited for can never come, or did not come in time. */
export class NeverSettledError extends Error {}

/**
 * Waits for `work` as long as anything is left that could end it: a promise that nobody will ever keep would otherwise end
 * the program in silence, and one that only a timer keeps alive would hold it for ever. A rejection that nobody handled
 * meanwhile is thrown as well. Throws `NeverSettledError` when nothing is left to do, or at the limit.
 */
export async function settle<T>(work: Promise<T>, limitMs: number): Promise<T> {
  const failed = Promise.withResolvers<never>()
  const onIdle = (): void => failed.reject(new NeverSettledError())
  const onThrow = (error: unknown): void => failed.reject(error)
  const timer = setTimeout(onIdle, limitMs).unref()
  process.once('beforeExit', onIdle).once('uncaughtException', onThrow)
  try {
    return await Promise.race([work, failed.promise])
  } finally {
    clearTimeout(timer)
    process.off('beforeExit', onIdle).off('uncaughtException', onThrow)
  }
}
