import type { Clock } from '../../src/core/clock.ts'

/** A clock that only moves when it is told to. */
export interface OwnClock extends Clock {
  advance(ms: number): void
  /** The wall clock alone, as when somebody sets it. */
  step(ms: number): void
}

export function ownClock(start: Date): OwnClock {
  let wallMs = start.getTime()
  let monotonicMs = 0
  return {
    now: () => new Date(wallMs),
    monotonicMs: () => monotonicMs,
    advance: (ms) => {
      wallMs += ms
      monotonicMs += ms
    },
    step: (ms) => {
      wallMs += ms
    },
  }
}
