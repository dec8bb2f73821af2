import { setTimeout as wait } from 'node:timers/promises'
import { owedBy } from '../core/owed-work.ts'

/** To copy a large volume back takes a while; what takes longer than that hangs. */
const longestOwedMs = 60 * 60_000

/** A step that did not end in time; what it still does is no longer listened to. */
export class TimeLimitError extends Error {}
export class CanceledError extends Error {}

/**
 * Runs `work` with a signal that is aborted at the limit or when `parent` is. It settles then even when the work ignores
 * the signal, a short grace later, so that work which heeds the signal can still give its own account. What the work owes to
 * others (`owe`) is waited for before: as long as it takes after a cancel, an hour at most when the time is over.
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
  let isSettled = false
  const giveUp = async (): Promise<void> => {
    const debt = owedBy(own.signal)
    if (debt === undefined) return gaveUp.reject(new TimeLimitError())
    // Who cancels can end it by hand. Of a time that is over somebody must be told, also when what is owed hangs.
    const isPaid = debt.then(() => true)
    if (!(await (isOver ? Promise.race([isPaid, wait(longestOwedMs, false, { ref: false })]) : isPaid)))
      gaveUp.reject(new TimeLimitError())
    else if (!isSettled) graceTimer = setTimeout(giveUp, graceMs)
  }
  const end = (reason: unknown): void => {
    if (own.signal.aborted) return
    own.abort(reason)
    graceTimer = setTimeout(giveUp, graceMs)
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
    isSettled = true
    clearTimeout(timer)
    clearTimeout(graceTimer)
    parent.removeEventListener('abort', onCancel)
  }
}
