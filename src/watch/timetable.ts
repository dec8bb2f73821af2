import { spreadOf } from './spread.ts'

/** Something that is done again and again. */
export interface Entry {
  readonly id: string
  readonly everyMs: number
  /** May take hours, and decides about nothing that others decide about: who takes over from it does not wait for it. */
  readonly isLong?: true
}

interface Row extends Entry {
  /** On the monotonic clock. */
  dueMs: number
  isBusy: boolean
}

/** What may begin now, and how late it is. */
export interface Due {
  readonly id: string
  readonly isLong: boolean
  readonly lateMs: number
}

/**
 * When each entry is next due, on a monotonic clock: a step of the wall clock moves nothing. An entry keeps its beat
 * (due times are multiples of its period from its own offset, which is one of few), begins at most once at a time, and of beats that were
 * missed the last one counts.
 */
export interface Timetable {
  /** Takes what is due, the most late first, at most `limit`; each is busy until `done`. */
  take(nowMs: number, limit: number): readonly Due[]
  done(id: string): void
  /** Makes an entry due now; one that is busy, right after it. */
  soon(id: string, nowMs: number): void
  /** When the next entry that is not busy is due; undefined when there is none. */
  nextMs(): number | undefined
  /** Puts other entries in the place of these. What stays keeps its beat. */
  replace(entries: readonly Entry[], nowMs: number): void
  /** Beats that came while the entry was still busy. */
  readonly skipped: number
}

/** The first look of an entry waits this long at most, so that a start does not do everything at once. */
const spreadMs = 10_000
/**
 * What is due within this time begins together: woken for each look alone, a process finds its caches cold each time,
 * which costs as much again as the look.
 */
const gridMs = 100

export function createTimetable(entries: readonly Entry[], nowMs: number): Timetable {
  const rows = new Map<string, Row>()
  let queue: Row[] = []
  let skipped = 0
  const place = (row: Row): void => {
    let low = 0
    let high = queue.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((queue[middle]?.dueMs ?? 0) <= row.dueMs) low = middle + 1
      else high = middle
    }
    queue.splice(low, 0, row)
  }
  const replace = (wanted: readonly Entry[], at: number): void => {
    const ids = new Set(wanted.map(({ id }) => id))
    for (const id of rows.keys()) if (!ids.has(id)) rows.delete(id)
    for (const { id, everyMs, ...rest } of wanted) {
      const known = rows.get(id)
      if (known?.everyMs === everyMs) continue
      const dueMs = onGrid(at + spreadOf(id) * Math.min(everyMs, spreadMs), Math.min(everyMs, gridMs))
      rows.set(id, { id, everyMs, ...rest, dueMs, isBusy: known?.isBusy ?? false })
    }
    queue = [...rows.values()].filter(({ isBusy }) => !isBusy).toSorted((a, b) => a.dueMs - b.dueMs)
  }
  replace(entries, nowMs)
  return {
    take: (now, limit) => {
      const due: Due[] = []
      while (due.length < limit) {
        const row = queue[0]
        if (row === undefined || row.dueMs > now) break
        queue.shift()
        row.isBusy = true
        due.push({ id: row.id, isLong: row.isLong === true, lateMs: now - row.dueMs })
        const beats = Math.floor((now - row.dueMs) / row.everyMs)
        skipped += beats
        row.dueMs += (beats + 1) * row.everyMs
      }
      return due
    },
    done: (id) => {
      const row = rows.get(id)
      if (row === undefined || !row.isBusy) return
      row.isBusy = false
      place(row)
    },
    soon: (id, now) => {
      const row = rows.get(id)
      if (row === undefined || row.dueMs <= now) return
      row.dueMs = now
      if (row.isBusy) return
      queue = queue.filter((one) => one !== row)
      place(row)
    },
    nextMs: () => queue[0]?.dueMs,
    replace,
    get skipped() {
      return skipped
    },
  }
}

function onGrid(ms: number, stepMs: number): number {
  return Math.ceil(ms / stepMs) * stepMs
}
