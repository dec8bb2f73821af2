import type { Alert } from '../core/alert.ts'

/**
 * Of alerts that are open for one key the one that goes on: one that fires, and the oldest of those. Two may be there from
 * processes that watched the same at once; the others would stay open for good, and stand in the way of the next.
 */
export function oneOfEach(open: readonly Alert[]): {
  readonly one: readonly Alert[]
  readonly others: readonly Alert[]
} {
  const byAge = open.toSorted((a, b) => a.startedAt.getTime() - b.startedAt.getTime())
  const goesOn = new Map(byAge.toReversed().map((alert) => [alert.key, alert]))
  for (const alert of byAge.toReversed()) if (alert.state === 'firing') goesOn.set(alert.key, alert)
  const one = new Set(goesOn.values())
  return { one: open.filter((alert) => one.has(alert)), others: open.filter((alert) => !one.has(alert)) }
}
