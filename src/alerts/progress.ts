import type { Look, Verdict } from './conditions/look.ts'

/** How far the alert of one label set is. Plain data, never changed. */
export interface Progress {
  readonly phase: 'quiet' | 'pending' | 'firing'
  readonly verdict: Verdict
  /** While pending, how long the condition is known to have held; while firing, how long it is known to have been clear. */
  readonly heldMs: number
  /** When it was looked at last, on the monotonic clock. */
  readonly at: number
}

export interface Timing {
  readonly forMs: number
  readonly keepMs: number
}

export type Step = 'began' | 'fired' | 'withdrawn' | 'resolved'

export const quiet: Progress = { phase: 'quiet', verdict: 'unknown', heldMs: 0, at: 0 }

/**
 * The next state of an alert: pending once the condition holds, firing when it has held for `forMs`, resolved when it
 * has been clear for `keepMs`. What is unknown proves nothing: a pending alert waits with what it has, a firing one goes
 * on firing, and its time of being clear begins again. `now` is monotonic.
 */
export function advance(before: Progress, look: Look, now: number, timing: Timing): { next: Progress; step?: Step } {
  const { verdict } = look
  const known = heldMs(before, look, now)
  const at = { verdict, at: now }
  if (before.phase === 'firing') {
    if (verdict !== 'clear') return { next: { phase: 'firing', heldMs: 0, ...at } }
    if (known >= timing.keepMs) return { next: { ...quiet, ...at }, step: 'resolved' }
    return { next: { phase: 'firing', heldMs: known, ...at } }
  }
  if (verdict === 'breach') {
    if (known >= timing.forMs) return { next: { phase: 'firing', heldMs: 0, ...at }, step: 'fired' }
    const next: Progress = { phase: 'pending', heldMs: known, ...at }
    return before.phase === 'pending' ? { next } : { next, step: 'began' }
  }
  if (before.phase === 'quiet') return { next: before }
  if (verdict === 'unknown') return { next: { phase: 'pending', heldMs: before.heldMs, ...at } }
  return { next: { ...quiet, ...at }, step: 'withdrawn' }
}

/** How long the verdict has held without a break, as far as it is known: what nobody saw does not count. */
function heldMs(before: Progress, { verdict, since, until = Number.POSITIVE_INFINITY }: Look, at: number): number {
  const now = Math.min(at, until)
  const isWaiting = before.phase === 'pending' && before.verdict === 'unknown' && verdict === 'breach'
  if (isWaiting) return before.heldMs + Math.max(0, now - Math.max(since ?? now, before.at))
  if (since !== undefined) return Math.max(0, now - since)
  return before.phase !== 'quiet' && before.verdict === verdict ? before.heldMs + Math.max(0, now - before.at) : 0
}
