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
  // One controller and no AbortSignal.any: the watch passes here for every look, and joined signals are dear to collect.
  const own = new AbortController()
  const gaveUp = Promise.withResolvers<never>()
  let isOver = false
  let graceTimer: NodeJS.Timeout | undefined
  const end = (reason: unknown): void => {
    if (own.signal.aborted) return
    own.abort(reason)
    graceTimer = setTimeout(() => gaveUp.reject(new TimeLimitError()), graceMs)
  }
  const onCancel = (): void => end(parent.reason)
  const timer = setTimeout(() => {
    isOver = true
    end(new TimeLimitError())
  }, limitMs)
  if (parent.aborted) onCancel()
  else parent.addEventListener('abort', onCancel, { once: true })
  try {
    return await Promise.race([work(own.signal), gaveUp.promise])
  } catch (error) {
    if (parent.aborted) throw new CanceledError('canceled', { cause: error })
    if (isOver) throw new TimeLimitError('time limit', { cause: error })
    throw error
  } finally {
    clearTimeout(timer)
    clearTimeout(graceTimer)
    parent.removeEventListener('abort', onCancel)
  }
}
