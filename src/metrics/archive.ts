import { type SeriesClass, seriesClasses } from '../core/series.ts'
import type { HotPoint, PointSpan, SeriesStore } from '../store/watch-store.ts'
import { historyFiles } from './history/history-files.ts'
import type { HistoryProcess } from './history/history-process.ts'
import { classOf, dayStart, nextDay } from './history/layout.ts'

/** How long points stay in the state, where rules and pages of the last days look for them. */
export const hotMs = 2 * 86_400_000
/** A point may be a little late: the last of a day are waited for. */
const settleMs = 10 * 60_000
const pagePoints = 10_000
const spansAtOnce = 200

export interface ArchiveParts {
  readonly series: SeriesStore
  readonly process: HistoryProcess
  /** Where the history of metrics is kept. */
  readonly root: string
}

export interface Archived {
  readonly days: number
  readonly points: number
  readonly removed: number
}

/**
 * Brings the days that are over into the history; points older than two days then leave the state, each day only once its
 * files are on the disk with all that the state has of it. What was killed meanwhile is done again by the next call: the
 * same points written twice are there once.
 */
export async function archiveDays(parts: ArchiveParts, now: number): Promise<Archived> {
  const span = await parts.series.span()
  const total = { days: 0, points: 0, removed: 0 }
  if (span === undefined) return total
  for (let day = dayStart(span.oldest); nextDay(day) + settleMs <= now; day = nextDay(day)) {
    const isOld = nextDay(day) + hotMs <= now
    if (!isOld && hasDay(parts.root, day)) continue
    const written = await writeDay(parts, day)
    if (written.length === 0) continue
    total.days++
    total.points += written.reduce((sum, { count }) => sum + count, 0)
    if (isOld) total.removed += await removeDay(parts.series, written)
  }
  return total
}

function hasDay(root: string, day: number): boolean {
  return seriesClasses.some((one) => historyFiles(root, one, 'raw').some(({ since }) => since === day))
}

/** Gives what was written, to be removed by. */
async function writeDay({ series, process, root }: ArchiveParts, day: number): Promise<readonly PointSpan[]> {
  const spans = new Map<number, { since: number; until: number; count: number }>()
  const classes = new Set<SeriesClass>()
  let after: HotPoint | undefined
  for (;;) {
    const page = await series.page(day, nextDay(day), pagePoints, after)
    if (page.length === 0) break
    if (after === undefined) await process.ask({ op: 'begin' })
    after = page.at(-1)
    const fresh = new Set(page.map((point) => point.series).filter((id) => !spans.has(id)))
    const rows = await series.series([...fresh])
    const described = rows.map((row) => ({ ...row, class: classOf(row.name), labels: JSON.stringify(row.labels) }))
    for (const one of described) classes.add(one.class)
    await process.ask({ op: 'describe', series: described })
    await process.ask({
      op: 'add',
      series: Int32Array.from(page, (point) => point.series),
      at: Float64Array.from(page, (point) => point.at),
      value: Float64Array.from(page, (point) => point.value),
    })
    for (const { series: id, at } of page) {
      const own = spans.get(id)
      spans.set(id, { since: own?.since ?? at, until: at, count: (own?.count ?? 0) + 1 })
    }
  }
  for (const one of classes) await process.ask({ op: 'write', root, class: one, day })
  return [...spans].map(([id, span]) => ({ series: id, ...span }))
}

/** A series that has other points by now than those that were written stays, to be written again. */
async function removeDay(series: SeriesStore, spans: readonly PointSpan[]): Promise<number> {
  let removed = 0
  for (let at = 0; at < spans.length; at += spansAtOnce) {
    const some = spans.slice(at, at + spansAtOnce)
    if (await series.remove(some)) removed += some.reduce((sum, { count }) => sum + count, 0)
  }
  return removed
}
