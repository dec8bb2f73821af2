import type { Clock } from '../core/clock.ts'
import type { Due, Entry, Timetable } from './timetable.ts'
import { createTimetable } from './timetable.ts'

/** Looks that are under way at once: enough that slow services do not hold up the others, few enough for a small machine. */
const atOnce = 50
/** A timer that waits longer would outlive a change of the clock of the machine. */
const longestWaitMs = 1000

export interface PumpStats {
  readonly busy: number
  readonly skipped: number
}

/** Begins looks when they are due, at most so many at once, and never two of one entry. */
export interface Pump {
  start(): void
  /** Begins nothing more until it is started again, and waits for what is under way, the long ones left out. */
  pause(): Promise<void>
  /** Begins nothing more, and waits for all that is under way. */
  stop(): Promise<void>
  replace(entries: readonly Entry[]): void
  /** Begins an entry now instead of at its next beat; one that is under way, again when it is over. */
  soon(id: string): void
  /** Begins what is due now; for tests with a clock of their own. */
  pump(): void
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
  readonly stats: PumpStats
}

/**
 * @param look never rejects: what a look came to is its own business
 * @param onLate how late each look begins
 */
export function createPump(
  clock: Clock,
  entries: readonly Entry[],
  look: (id: string) => Promise<void>,
  onLate: (ms: number) => void = () => undefined,
): Pump {
  const table: Timetable = createTimetable(entries, clock.monotonicMs())
  const underWay = new Map<Promise<void>, Due>()
  let isRunning = false
  let timer: NodeJS.Timeout | undefined
  const begin = (due: Due): void => {
    const one = look(due.id).finally(() => {
      underWay.delete(one)
      table.done(due.id)
      if (isRunning) pump()
    })
    underWay.set(one, due)
  }
  const pump = (): void => {
    for (const due of table.take(clock.monotonicMs(), atOnce - underWay.size)) {
      onLate(due.lateMs)
      begin(due)
    }
    if (!isRunning) return
    clearTimeout(timer)
    const next = table.nextMs()
    // Full: the end of a look pumps again.
    const waitMs = underWay.size >= atOnce || next === undefined ? longestWaitMs : next - clock.monotonicMs()
    timer = setTimeout(pump, Math.min(longestWaitMs, Math.max(0, waitMs)))
  }
  const idle = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay.keys())
  }
  const rest = (): void => {
    isRunning = false
    clearTimeout(timer)
  }
  return {
    start: () => {
      isRunning = true
      pump()
    },
    pause: async () => {
      rest()
      await Promise.all([...underWay].flatMap(([one, { isLong }]) => (isLong ? [] : [one])))
    },
    stop: async () => {
      rest()
      await idle()
    },
    replace: (wanted) => {
      table.replace(wanted, clock.monotonicMs())
      if (isRunning) pump()
    },
    soon: (id) => {
      table.soon(id, clock.monotonicMs())
      if (isRunning) pump()
    },
    pump,
    idle,
    get stats() {
      return { busy: underWay.size, skipped: table.skipped }
    },
  }
}
