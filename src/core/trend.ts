import type { HistoryPoint } from './context.ts'

/**
 * The slope of the least-squares line through the points, per millisecond; undefined when the points span less than
 * `minimumSpanMs` or are fewer than three, since a line through them would be noise. Points may come in any order;
 * those without a finite value or a valid time are left out.
 */
export function slopePerMs(points: readonly HistoryPoint[], minimumSpanMs: number): number | undefined {
  const known = points
    .map(({ at, value }) => ({ x: at.getTime(), y: value }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
  if (known.length < 3) return undefined
  const origin = known.reduce((earliest, { x }) => Math.min(earliest, x), Number.POSITIVE_INFINITY)
  const span = known.reduce((longest, { x }) => Math.max(longest, x - origin), 0)
  if (span < minimumSpanMs) return undefined
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const xs = known.map(({ x }) => x - origin)
  const ys = known.map(({ y }) => y)
  const [meanX, meanY] = [mean(xs), mean(ys)]
  const covariance = xs.reduce((sum, x, i) => sum + (x - meanX) * ((ys[i] ?? 0) - meanY), 0)
  const variance = xs.reduce((sum, x) => sum + (x - meanX) ** 2, 0)
  return variance === 0 ? undefined : covariance / variance
}
