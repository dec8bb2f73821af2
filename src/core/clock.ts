/** Time as a dependency, so that a test can own it. Domains never call `Date` themselves. */
export interface Clock {
  /** The wall clock. */
  now(): Date
  /** Milliseconds from an arbitrary origin; never steps back. For measuring durations. */
  monotonicMs(): number
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}
