import type { Clock } from '../core/clock.ts'

/** Often enough to be seen by who looks into the log, rare enough to leave room for the rest. */
const againMs = 3_600_000
/** Lines that are remembered; beyond, all are news again. */
const mostLines = 1000

/** Whether a line is news: what fails at every look, four times a minute, is said once an hour. */
export function createNews(clock: Pick<Clock, 'monotonicMs'>): (line: string) => boolean {
  const saidAt = new Map<string, number>()
  return (line) => {
    const now = clock.monotonicMs()
    const before = saidAt.get(line)
    if (before !== undefined && now - before < againMs) return false
    if (saidAt.size >= mostLines) saidAt.clear()
    saidAt.set(line, now)
    return true
  }
}
