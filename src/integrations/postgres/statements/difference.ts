import { type Counters, type Entry, keyOf, type State } from './state.ts'

/** What a statement did within a span. */
export interface Done extends Counters {
  readonly key: string
  readonly id: string
  readonly userId: string
  readonly isTop: boolean
}

export interface Difference {
  /** By the clock of the server; where all counters were reset in between, since then. */
  readonly fromMs: number
  readonly toMs: number
  /** Only what was called in between. */
  readonly done: readonly Done[]
  /** Statements of which it is not known what they did before the span. */
  readonly unknown: number
  readonly wasReset: boolean
  /** How often the server threw out statements in between; null when it does not tell. */
  readonly evictions: number | null
}

/** Sums of times are kept to the microsecond. */
const toleranceMs = 0.01

/**
 * What was done between two looks at one server; undefined when they are of two, or not in this order. A statement whose
 * counters went down, or that took longer in the mean than its longest call, was reset or thrown out and came back: it is
 * counted from zero, which is never too much. One that was not there before is counted when it cannot have been there:
 * all were kept then, or the server says since when it counts it.
 */
export function difference(older: State, newer: State): Difference | undefined {
  if (!isComparable(older, newer)) return undefined
  const wasReset = older.resetMs !== newer.resetMs
  const before = new Map(wasReset ? [] : older.entries.map((one) => [keyOf(one), one]))
  const isAllKnown = wasReset || older.rest.count === 0
  let unknown = 0
  const done = newer.entries.flatMap((entry): Done[] => {
    const key = keyOf(entry)
    const known = before.get(key)
    const isNew = isAllKnown || (entry.sinceMs !== null && entry.sinceMs >= older.atMs)
    if (known === undefined && !isNew) {
      unknown++
      return []
    }
    const counted = known === undefined ? entry : since(known, entry)
    const { calls, totalMs, rows, hitBlocks, readBlocks, tempBytes } = counted
    if (calls <= 0) return []
    const { id, userId, isTop } = entry
    return [{ key, id, userId, isTop, calls, totalMs, rows, hitBlocks, readBlocks, tempBytes }]
  })
  return {
    ...{ done, unknown, wasReset, toMs: newer.atMs, fromMs: wasReset ? (newer.resetMs ?? older.atMs) : older.atMs },
    evictions: newer.evictions === null ? null : Math.max(0, newer.evictions - (wasReset ? 0 : (older.evictions ?? 0))),
  }
}

/** They are of one server, in this order. */
export function isComparable(older: State, newer: State): boolean {
  if (older.server !== newer.server || newer.atMs <= older.atMs) return false
  // Counters that began before the older look and are not its own are those of another server, such as its standby.
  return older.resetMs === newer.resetMs || (newer.resetMs !== null && newer.resetMs > older.atMs)
}

function since(before: Entry, after: Entry): Counters {
  const left: Counters = {
    calls: after.calls - before.calls,
    totalMs: after.totalMs - before.totalMs,
    rows: after.rows - before.rows,
    hitBlocks: after.hitBlocks - before.hitBlocks,
    readBlocks: after.readBlocks - before.readBlocks,
    tempBytes: after.tempBytes - before.tempBytes,
  }
  const { calls, totalMs, ...whole } = left
  const isBornAgain = before.sinceMs !== null && after.sinceMs !== null && after.sinceMs > before.sinceMs
  const wentDown = calls < 0 || totalMs < -toleranceMs || Object.values(whole).some((one) => one < 0)
  // From 17 on the longest call can be reset by itself; there the server says since when it counts.
  const isTooLong = after.sinceMs === null && totalMs > calls * after.maxMs + toleranceMs * (calls + 1)
  return isBornAgain || wentDown || isTooLong ? after : { ...left, totalMs: Math.max(0, totalMs) }
}

/** What was done in a span that has several looks in it. */
export interface Span extends Omit<Difference, 'done'> {
  readonly done: ReadonlyMap<string, Done>
  /** Mean times from look to look, oldest first, of those in which it was called. */
  readonly meansMs: ReadonlyMap<string, readonly number[]>
}

/** Takes differences, one after the other, together as one; there is no span without any. */
export function spanSum(): { add(one: Difference): void; span(): Span | undefined } {
  const done = new Map<string, Done>()
  const meansMs = new Map<string, number[]>()
  let whole: Omit<Difference, 'done'> | undefined
  return {
    add: ({ done: more, ...one }) => {
      for (const part of more) {
        const so = done.get(part.key)
        done.set(part.key, so === undefined ? part : { ...part, ...sum(so, part) })
        const means = meansMs.get(part.key) ?? []
        means.push(part.totalMs / part.calls)
        meansMs.set(part.key, means)
      }
      whole = whole === undefined ? one : after(whole, one)
    },
    span: () => whole && { ...whole, done, meansMs },
  }
}

function after(first: Omit<Difference, 'done'>, next: Omit<Difference, 'done'>): Omit<Difference, 'done'> {
  return {
    fromMs: first.fromMs,
    toMs: next.toMs,
    unknown: Math.max(first.unknown, next.unknown),
    wasReset: first.wasReset || next.wasReset,
    evictions: first.evictions === null || next.evictions === null ? null : first.evictions + next.evictions,
  }
}

export function sum(a: Counters, b: Counters): Counters {
  return {
    calls: a.calls + b.calls,
    totalMs: a.totalMs + b.totalMs,
    rows: a.rows + b.rows,
    hitBlocks: a.hitBlocks + b.hitBlocks,
    readBlocks: a.readBlocks + b.readBlocks,
    tempBytes: a.tempBytes + b.tempBytes,
  }
}
