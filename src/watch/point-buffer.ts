import type { Point } from '../core/series.ts'
import type { SeriesStore } from '../store/watch-store.ts'

/** Points that wait when the state cannot be written: about ten minutes of 500 series every 10 s, 5 MB. */
const mostPoints = 30_000

/** Keeps points in few writes. What cannot be written waits, the oldest is given up first, and how many is told. */
export interface PointBuffer {
  add(system: string, points: readonly Point[]): void
  /** Writes all that waits. Throws what the store says; the points stay for the next time. */
  flush(): Promise<void>
  /** Points given up since the start. */
  readonly lost: number
  readonly waiting: number
}

export function createPointBuffer(store: SeriesStore): PointBuffer {
  const waiting = new Map<string, Point[]>()
  let lost = 0
  const count = (): number => [...waiting.values()].reduce((sum, { length }) => sum + length, 0)
  return {
    add: (system, points) => {
      const mine = waiting.get(system) ?? []
      // Not spread into push: a scrape may bring more than a call takes arguments.
      for (const point of points) mine.push(point)
      waiting.set(system, mine)
      const over = count() - mostPoints
      if (over > 0) lost += mine.splice(0, over).length
    },
    flush: async () => {
      for (const [system, points] of waiting) {
        if (points.length === 0) continue
        waiting.set(system, [])
        try {
          await store.add(system, points)
        } catch (error) {
          waiting.set(system, [...points, ...(waiting.get(system) ?? [])].slice(-mostPoints))
          throw error
        }
      }
    },
    get lost() {
      return lost
    },
    get waiting() {
      return count()
    },
  }
}
