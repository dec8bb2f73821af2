import type { Done, Span } from './difference.ts'
import type { StatementTexts } from './texts-of.ts'

/** When a statement counts as slower than a week before. */
export interface SlowerLimits {
  readonly slowdown: number
  readonly minShare: number
  readonly minCalls: number
}

/** When a statement looks like one for each row of another. */
export interface RepeatedLimits {
  /** Of the application, when the team knows them. */
  readonly requestsPerSecond: number | undefined
  readonly callsPerRequest: number
  readonly maxRowsPerCall: number
  readonly minShare: number
  readonly minCalls: number
}

/**
 * Five repetitions in one request are what Sentry calls N+1 (docs.sentry.io, "N+1 Queries"). Ten rows a call are still the
 * details of one row. Below a twentieth of the time or the calls the gain would not be felt.
 */
export const usualRepeated: RepeatedLimits = {
  requestsPerSecond: undefined,
  callsPerRequest: 5,
  maxRowsPerCall: 10,
  minShare: 0.05,
  minCalls: 100,
}

export interface Slower {
  readonly now: Done
  readonly before: Done
  readonly share: number
}

export interface Repeated {
  readonly done: Done
  readonly callsPerMinute: number
  /** `request`: more often than requests come. `parent`: as often as another gave rows. `others`: far more often than others. */
  readonly why: 'request' | 'parent' | 'others'
  /** Calls for each request, for each call of the parent, or for each call of the median of the others. */
  readonly times: number
  readonly parent: Done | undefined
}

/** Rows a call that make a list. */
const listRows = 5
/** How far the calls may be from the rows of the parent: some rows need none, some two. */
const parentRatio = { min: 0.5, max: 2 }
/** Beside other statements alone it is a guess: it takes much more, and more often than anything polls. */
const others = { times: 20, perSecond: 5 }

/** Of the time of all that clients sent; what runs within functions is in the time of their callers. */
export function timeShares(span: Span): (done: Done) => number {
  let all = 0
  for (const one of span.done.values()) if (one.isTop) all += one.totalMs
  return ({ totalMs }) => (all === 0 ? 0 : Math.min(1, totalMs / all))
}

export function slowerThan(span: Span, weekBefore: Span, limits: SlowerLimits): readonly Slower[] {
  const shareOf = timeShares(span)
  return [...span.done.values()]
    .flatMap((now) => {
      const before = weekBefore.done.get(now.key)
      return before === undefined ? [] : [{ now, before, share: shareOf(now) }]
    })
    .filter(({ now, before, share }) => {
      const isEnough = Math.min(now.calls, before.calls) >= limits.minCalls && share >= limits.minShare
      return isEnough && meanMs(now) >= limits.slowdown * meanMs(before)
    })
    .toSorted((a, b) => b.share - a.share)
}

/** Statements that look as if they were sent once for each row of another, the most time first. */
export function repeatedIn(span: Span, texts: StatementTexts, limits: RepeatedLimits): readonly Repeated[] {
  const seconds = (span.toMs - span.fromMs) / 1000
  const reads = [...span.done.values()].filter(({ id, isTop }) => isTop && isRead(texts.get(id) ?? ''))
  const tops = [...span.done.values()].filter(({ isTop }) => isTop)
  const shareOf = timeShares(span)
  const allCalls = tops.reduce((sum, { calls }) => sum + calls, 0)
  return reads
    .filter((one) => one.calls >= limits.minCalls && one.rows <= one.calls * limits.maxRowsPerCall)
    .filter((one) => Math.max(shareOf(one), one.calls / allCalls) >= limits.minShare)
    .flatMap((done): readonly Repeated[] => {
      const callsPerMinute = (done.calls / seconds) * 60
      const told = { done, callsPerMinute }
      const parent = parentOf(done, reads, limits.callsPerRequest)
      if (limits.requestsPerSecond !== undefined) {
        const times = done.calls / (limits.requestsPerSecond * seconds)
        if (times >= limits.callsPerRequest) return [{ ...told, why: 'request', times, parent }]
      }
      if (parent !== undefined) return [{ ...told, why: 'parent', times: done.calls / parent.calls, parent }]
      if (limits.requestsPerSecond !== undefined || done.calls < others.perSecond * seconds) return []
      const times = done.calls / Math.max(1, median(tops.filter((one) => one !== done).map(({ calls }) => calls)))
      return times >= others.times ? [{ ...told, why: 'others', times, parent: undefined }] : []
    })
    .toSorted((a, b) => b.done.totalMs - a.done.totalMs)
}

/** A list of the same role whose rows account for the calls, each of its calls for several of them. */
function parentOf(child: Done, reads: readonly Done[], callsPerRequest: number): Done | undefined {
  const distance = ({ rows }: Done): number => Math.abs(Math.log(child.calls / rows))
  const [nearest] = reads
    .filter((one) => one !== child && one.userId === child.userId && one.rows >= one.calls * listRows)
    .filter(({ calls }) => calls * callsPerRequest <= child.calls)
    .filter(({ rows }) => child.calls >= rows * parentRatio.min && child.calls <= rows * parentRatio.max)
    .toSorted((a, b) => distance(a) - distance(b))
  return nearest
}

/** It reads rows of a table: a `select` without one is how pools ask whether a connection lives. */
function isRead(text: string): boolean {
  const words = text.toLowerCase().split(/[\s(]+/)
  return words.find((word) => word !== '') === 'select' && words.includes('from')
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}

export function meanMs({ totalMs, calls }: Done): number {
  return calls === 0 ? 0 : totalMs / calls
}
