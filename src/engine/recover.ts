import type { Clock } from '../core/clock.ts'
import type { Store } from '../store/store.ts'
import { isAbandoned } from './leases.ts'

/** Runs looked at in one sweep; more than ever run at once. */
const sweepLimit = 200

/**
 * Marks runs interrupted whose process is gone: they are shown as such, and none of their steps starts again by itself.
 * A run is alive as long as its lease is.
 */
export async function recoverInterrupted(store: Store, clock: Clock): Promise<readonly string[]> {
  const running = await store.runs.list({ statuses: ['running'], limit: sweepLimit })
  if (running.length === 0) return []
  const now = clock.now()
  const leases = await store.leases.list()
  const alive = new Set(
    leases
      .filter((lease) => lease.expiresAt.getTime() > now.getTime() && !isAbandoned(lease))
      .map(({ holder }) => holder),
  )
  const interrupted: string[] = []
  for (const run of running.filter(({ id }) => !alive.has(id))) {
    if (await store.runs.markInterrupted(run.id, now)) interrupted.push(run.id)
  }
  return interrupted
}
