import type { Labels } from '../core/series.ts'
import type { SeriesStore } from '../store/watch-store.ts'
import { hotMs } from './archive.ts'
import type { HistoryProcess } from './history/history-process.ts'
import { classOf } from './history/layout.ts'
import type { ReadRequest } from './history/protocol.ts'
import { type HistoryPart, historyParts } from './history-parts.ts'
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
  /** Only points as they were measured: what is left as roll-ups alone is left out. Not with a step. */
  readonly isExact?: boolean
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
  const { system, name, labels = {}, since, isExact = false } = query
  const until = query.until + 1
  const wantedMs = isExact ? 0 : (query.stepMs ?? stepFor(query.until - since))
  const past = since >= now - hotMs ? undefined : historyParts(parts.root, classOf(name), since, until, wantedMs)
  const asked = { system, name, labels }
  const own = await partsWithPoints(parts.process, asked, past?.parts ?? [], wantedMs, isExact)
  const stepMs = Math.max(wantedMs, ...own.map((part) => part.stepMs))
  const hot = await hotSeries(parts.series, query, Math.max(since, past?.until ?? since), until, stepMs)
  if (own.length === 0) return { stepMs, series: mergeSeries(hot, undefined) }
  return { stepMs, series: mergeSeries(hot, await parts.process.ask({ op: 'read', parts: own, ...asked, stepMs })) }
}

/** Without what is coarser than wanted and has nothing to tell: its step would be that of the whole answer. */
async function partsWithPoints(
  process: HistoryProcess,
  asked: Pick<ReadRequest, 'system' | 'name' | 'labels'>,
  parts: readonly HistoryPart[],
  wantedMs: number,
  isExact: boolean,
): Promise<readonly HistoryPart[]> {
  const kept: HistoryPart[] = []
  for (const part of parts) {
    const { stepMs } = part
    const isFine = stepMs <= wantedMs
    if (!isFine && isExact) continue
    const hasPoints = isFine || (await process.ask({ op: 'read', parts: [part], ...asked, stepMs })).labels.length > 0
    if (hasPoints) kept.push(part)
  }
  return kept
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
