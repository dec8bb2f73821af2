/** A step that did not end in time; what it still does is no longer listened to. */
export class TimeLimitError extends Error {}
export class CanceledError extends Error {}

/**
 * Runs `work` with a signal that is aborted at the limit or when `parent` is. It settles then even when the work ignores
 * the signal, a short grace later, so that work which heeds the signal can still give its own account.
 */
export async function withTimeLimit<T>(
  limitMs: number,
  parent: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
  graceMs = 5000,
): Promise<T> {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(new TimeLimitError()), limitMs)
  const signal = AbortSignal.any([parent, limit.signal])
  const gaveUp = Promise.withResolvers<never>()
  const onAbort = (): void => {
    graceTimer = setTimeout(() => gaveUp.reject(new TimeLimitError()), graceMs)
  }
  let graceTimer: NodeJS.Timeout | undefined
  if (signal.aborted) onAbort()
  else signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work(signal), gaveUp.promise])
  } catch (error) {
    if (parent.aborted) throw new CanceledError('canceled', { cause: error })
    if (limit.signal.aborted) throw new TimeLimitError('time limit', { cause: error })
    throw error
  } finally {
    clearTimeout(timer)
    clearTimeout(graceTimer)
    signal.removeEventListener('abort', onAbort)
  }
}
