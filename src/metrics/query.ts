import type { Labels } from '../core/series.ts'
import type { SeriesStore } from '../store/watch-store.ts'
import { hotMs } from './archive.ts'
import type { HistoryProcess } from './history/history-process.ts'
import { classOf } from './history/layout.ts'
import { historyParts } from './history-parts.ts'
import { mergeSeries, type QuerySeries } from './merge-series.ts'
import { stepFor } from './step-for.ts'

export interface MetricsQuery {
  readonly system: string
  readonly name: string
  /** Labels that a series must have; it may have others. */
  readonly labels?: Labels
  /** Milliseconds since 1970, both included. */
  readonly since: number
  readonly until: number
  /** Milliseconds; without it one that gives a picture: the points themselves for some hours, at most 500 steps beyond. */
  readonly stepMs?: number
}

export interface MetricsAnswer {
  /** 0 when the points are as they were measured. May be longer than was asked, where only roll-ups are left. */
  readonly stepMs: number
  readonly series: readonly QuerySeries[]
}

export interface QueryParts {
  readonly series: SeriesStore
  readonly process: HistoryProcess
  readonly root: string
}

/** Series over a time, from the state for the last days and from the history before. */
export async function queryMetrics(parts: QueryParts, query: MetricsQuery, now: number): Promise<MetricsAnswer> {
  const { system, name, labels = {}, since } = query
  const until = query.until + 1
  const wantedMs = query.stepMs ?? stepFor(query.until - since)
  const past = since >= now - hotMs ? undefined : historyParts(parts.root, classOf(name), since, until, wantedMs)
  const stepMs = past?.stepMs ?? wantedMs
  const hot = await hotSeries(parts.series, query, Math.max(since, past?.until ?? since), until, stepMs)
  if (past === undefined || past.parts.length === 0) return { stepMs, series: mergeSeries(hot, undefined) }
  const request = { op: 'read', parts: past.parts, system, name, labels, stepMs } as const
  return { stepMs, series: mergeSeries(hot, await parts.process.ask(request)) }
}

async function hotSeries(
  store: SeriesStore,
  { system, name, labels }: MetricsQuery,
  since: number,
  until: number,
  stepMs: number,
): Promise<readonly QuerySeries[]> {
  const found = await store.find(system, name, labels)
  if (stepMs === 0) {
    const all: QuerySeries[] = []
    for (const { id, labels: own } of found) {
      const points = await store.points(id, since, until - 1)
      all.push({
        labels: own,
        points: points.map(({ at, value }) => ({ at, value, min: value, max: value, count: 1 })),
      })
    }
    return all
  }
  const ids = found.map(({ id }) => id)
  const steps = Map.groupBy(await store.steps(ids, since, until, stepMs), ({ series }) => series)
  return found.map(({ id, labels: own }) => ({
    labels: own,
    points: (steps.get(id) ?? []).map(({ at, min, max, sum, count }) => ({ at, value: sum / count, min, max, count })),
  }))
}
