import type { HistoryPoint } from './context.ts'

/**
 * The slope of the least-squares line through the points, per millisecond; undefined when the points span less than
 * `minimumSpanMs` or are fewer than three, since a line through them would be noise.
 */
export function slopePerMs(points: readonly HistoryPoint[], minimumSpanMs: number): number | undefined {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || points.length < 3) return undefined
  const origin = first.at.getTime()
  if (last.at.getTime() - origin < minimumSpanMs) return undefined
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const xs = points.map(({ at }) => at.getTime() - origin)
  const ys = points.map(({ value }) => value)
  const [meanX, meanY] = [mean(xs), mean(ys)]
  const covariance = xs.reduce((sum, x, i) => sum + (x - meanX) * ((ys[i] ?? 0) - meanY), 0)
  const variance = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
  return variance === 0 ? undefined : covariance / variance
}
