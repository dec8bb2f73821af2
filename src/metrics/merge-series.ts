import { type Labels, parsedLabels, seriesKey } from '../core/series.ts'
import type { ReadAnswer } from './history/protocol.ts'

/** One point, or what the points of a step come to: `value` is their mean. `at` is where the step begins. */
export interface QueryPoint {
  readonly at: number
  readonly value: number
  readonly min: number
  readonly max: number
  readonly count: number
}

export interface QuerySeries {
  readonly labels: Labels
  /** Oldest first. */
  readonly points: readonly QueryPoint[]
}

/** The state's and the history's points as one, without series that have none; a step that both have a part of is added up. */
export function mergeSeries(hot: readonly QuerySeries[], past: ReadAnswer | undefined): readonly QuerySeries[] {
  const all = past === undefined ? [] : pastSeries(past)
  const known = new Map(all.map((one) => [seriesKey('', one.labels), one]))
  for (const one of hot) {
    const own = known.get(seriesKey('', one.labels))
    if (own === undefined) all.push({ labels: one.labels, points: [...one.points] })
    else append(own.points, one.points)
  }
  return all.filter(({ points }) => points.length > 0)
}

function pastSeries({
  labels,
  series,
  at,
  min,
  max,
  sum,
  count,
}: ReadAnswer): { labels: Labels; points: QueryPoint[] }[] {
  const all = labels.map((text): { labels: Labels; points: QueryPoint[] } => ({
    labels: parsedLabels(text),
    points: [],
  }))
  for (const [index, place] of series.entries()) {
    const n = count[index] ?? 1
    all[place]?.points.push({
      at: at[index] ?? 0,
      value: (sum[index] ?? 0) / n,
      min: min[index] ?? 0,
      max: max[index] ?? 0,
      count: n,
    })
  }
  return all
}

function append(points: QueryPoint[], later: readonly QueryPoint[]): void {
  for (const one of later) {
    const last = points.at(-1)
    if (last === undefined || last.at < one.at) points.push(one)
    else if (last.at === one.at) {
      const count = last.count + one.count
      points[points.length - 1] = {
        at: one.at,
        value: (last.value * last.count + one.value * one.count) / count,
        min: Math.min(last.min, one.min),
        max: Math.max(last.max, one.max),
        count,
      }
    }
  }
}
