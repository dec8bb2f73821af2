import type { Clock } from '../core/clock.ts'
import type { TidyStore } from '../store/tidy-store.ts'

/** Rows of a kind that go at once: a write that others hardly wait for. */
const batchRows = 500
/** Batches of one round; what is left waits for the next. */
const mostBatches = 20

/**
 * Forgets alerts and messages that are over and older than the config keeps them, in small batches.
 *
 * @param keep in milliseconds
 */
export function createTidyRound(
  store: TidyStore,
  clock: Pick<Clock, 'now'>,
  system: string,
  keep: { readonly alerts: number; readonly messages: number },
  signal: AbortSignal,
): () => Promise<void> {
  return async () => {
    const now = clock.now().getTime()
    const before = { alerts: new Date(now - keep.alerts), messages: new Date(now - keep.messages) }
    for (let batch = 0; batch < mostBatches && !signal.aborted; batch++) {
      const gone = await store.forget(system, before, batchRows)
      if (Math.max(...Object.values(gone)) < batchRows) break
    }
  }
}
