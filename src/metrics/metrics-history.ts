import { join } from 'node:path'
import type { SeriesStore } from '../store/watch-store.ts'
import { type Archived, archiveDays } from './archive.ts'
import { createHistoryProcess } from './history/history-process.ts'
import { type MetricsAnswer, type MetricsQuery, queryMetrics } from './query.ts'
import { deleteExpired, type KeepSettings, type OldestRecord, oldestRecords, retentionFrom } from './retention.ts'

/** The numbers of all systems of one state, the newest and those of the years before. */
export interface MetricsHistory {
  query(query: MetricsQuery, now: number): Promise<MetricsAnswer>
  /** Brings days that are over into the history and deletes what is too old. Once an hour is often enough. */
  tend(now: number): Promise<Archived & { readonly deleted: readonly string[] }>
  oldest(): Promise<readonly OldestRecord[]>
  /** Ends the process that reads and writes files, when there is one. */
  close(): Promise<void>
}

export interface MetricsHistoryParts {
  readonly series: SeriesStore
  /** The folder of the state. */
  readonly dataDir: string
  /** `settings.metrics.keep` of each system. */
  readonly keep: readonly KeepSettings[]
}

export function createMetricsHistory({ series, dataDir, keep }: MetricsHistoryParts): MetricsHistory {
  const root = join(dataDir, 'history', 'metrics')
  const process = createHistoryProcess()
  const parts = { series, process, root }
  const retentionOf = retentionFrom(keep)
  return {
    query: (query, now) => queryMetrics(parts, query, now),
    tend: async (now) => ({ ...(await archiveDays(parts, now)), deleted: deleteExpired(root, retentionOf, now) }),
    oldest: () => oldestRecords(root, process, retentionOf),
    close: () => process.close(),
  }
}
