import type { Clock } from '../core/clock.ts'

/**
 * Now, on both clocks. Durations are counted on the monotonic one, so that a wall clock that steps forth or back neither
 * hastens nor loses an alert; the wall clock only says when.
 */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly wallMs: number
  readonly monoMs: number
}

export function momentOf(clock: Clock): Moment {
  return { wallMs: clock.now().getTime(), monoMs: clock.monotonicMs() }
}
