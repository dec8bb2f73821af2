import type { Clock } from '../core/clock.ts'
import type { LastLookRow, LastLookStore } from '../store/last-look-store.ts'
import type { LastLook } from './watched-system.ts'

/** From one sign of life to the next: one write for all that was looked at since. */
export const beatMs = 30_000

export interface LastLookRoundParts {
  readonly store: LastLookStore
  readonly clock: Pick<Clock, 'now'>
  readonly system: string
  readonly host: string
  readonly pid: number
  readonly lastLooks: ReadonlyMap<string, LastLook>
}

/** Keeps what the watch saw last, and that it lives, for whoever asks without it. */
export interface LastLookRound {
  beat(): Promise<void>
  /** The watch ends as it was told to. */
  stop(): Promise<void>
}

export function createLastLookRound({ store, clock, system, host, pid, lastLooks }: LastLookRoundParts): LastLookRound {
  const startedAt = clock.now()
  const kept = new Map<string, LastLook>()
  const keep = async (at: Date, stoppedAt: Date | undefined): Promise<void> => {
    const fresh = [...lastLooks].filter(([step, look]) => kept.get(step) !== look)
    const rows = fresh.map(
      ([step, { status, reason, at: seenAt }]): LastLookRow => ({ step, status, reason, at: seenAt }),
    )
    await store.keep(system, { at, startedAt, stoppedAt, host, pid }, rows)
    // Only then: what was not kept is written by the next beat.
    for (const [step, look] of fresh) kept.set(step, look)
  }
  return {
    beat: () => keep(clock.now(), undefined),
    stop: async () => {
      const now = clock.now()
      await keep(now, now)
    },
  }
}
