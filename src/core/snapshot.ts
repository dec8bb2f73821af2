import type { JsonValue } from './json.ts'

/**
 * What a step saw as a whole at an earlier time, for the questions that one number cannot answer: which statements took
 * how long since yesterday, which setting was changed. All steps of a component share its snapshots.
 */
export interface Snapshots {
  /** Keeps it under this name as seen now; older ones are thinned out: one an hour for two days, one a day for 40. */
  keep(name: string, body: JsonValue): Promise<void>
  /** When those of the last so many milliseconds were kept, oldest first. */
  times(name: string, sinceMs: number): Promise<readonly Date[]>
  /** Undefined when there is none of that time. */
  read(name: string, at: Date): Promise<JsonValue | undefined>
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** A comparison with the same hour of the day before must find its snapshot, and one with a month ago a day of it. */
const hourlyForMs = 49 * hourMs
const dailyForMs = 40 * dayMs

/**
 * Which of the snapshots can go: all but the newest and the first of each hour, later of each day (UTC), not too old.
 * What it keeps does not depend on how often it was called.
 */
export function thinned(times: readonly Date[], now: Date): readonly Date[] {
  const sorted = times.toSorted((a, b) => a.getTime() - b.getTime())
  const newest = sorted.at(-1)
  const taken = new Set<string>()
  return sorted.filter((time) => {
    const ageMs = now.getTime() - time.getTime()
    const day = `day ${Math.floor(time.getTime() / dayMs)}`
    const hour = `hour ${Math.floor(time.getTime() / hourMs)}`
    const slots = [...(ageMs <= dailyForMs ? [day] : []), ...(ageMs <= hourlyForMs ? [hour] : [])]
    const isNeeded = slots.some((slot) => !taken.has(slot))
    for (const slot of slots) taken.add(slot)
    return !isNeeded && time !== newest
  })
}
