import type { Clock } from '../core/clock.ts'
import type { SignOffStore } from '../store/sign-off-store.ts'

/**
 * When the watch first heard that a routine has a time, kept over starts: what was missed before the routine ever ran is
 * missed all the same, and a new time counts from then on. `since` is when this watch began. Undefined when a clock that was wrong said so.
 */
export function createKnownSince(
  signOffs: Pick<SignOffStore, 'firstSeen'>,
  clock: Pick<Clock, 'now'>,
  system: string,
  since: Date,
): (routine: string, at: string) => Promise<Date | undefined> {
  const known = new Map<string, Date>()
  return async (routine, at) => {
    // No step has a colon in its id.
    const id = `routine:${routine} ${at}`
    const seen = known.get(id) ?? (await signOffs.firstSeen(system, [id], since)).get(id)
    if (seen === undefined || seen > clock.now()) return undefined
    known.set(id, seen)
    return seen
  }
}

/** The later of two dates that may not be known. */
export function laterOf(one: Date | undefined, other: Date | undefined): Date | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return one > other ? one : other
}
