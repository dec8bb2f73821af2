import type { Segment } from './packed-part.ts'

/** What a segment of today is looked up by. */
export interface Today {
  readonly bytes: number
  readonly sha256: string
  readonly head: string
  /** Where it begins in its part. */
  readonly start: number
}

export type Found =
  /** The segment of the base with that number has the same bytes. */
  | { readonly as: 'same'; readonly index: number }
  /** It is much like that one, or like that one and the next put together. */
  | { readonly as: 'like'; readonly index: number; readonly isJoined: boolean }

/** A segment that is longer than its reference by more than this part of it goes on in the one after it. */
const maxLonger = 1 / 64
/** So much of a segment, on both sides of it, may lie elsewhere than expected when its beginning was not found. */
const doubt = 1 / 8

/**
 * Finds for each segment of today, asked in their order, the one of the full backup that it comes from: by its content, by how
 * it begins, or by where it lies, which is known by the last one whose beginning was found.
 */
export class ReferenceFinder {
  readonly #segments: readonly Segment[]
  readonly #starts: readonly number[]
  readonly #bySum: ReadonlyMap<string, readonly number[]>
  readonly #byHead: ReadonlyMap<string, readonly number[]>
  /** How much further on in the base than today the same bytes lay, as last seen. */
  #shift = 0

  constructor(segments: readonly Segment[]) {
    this.#segments = segments
    let start = 0
    this.#starts = segments.map(({ bytes }) => {
      start += bytes
      return start - bytes
    })
    this.#bySum = Map.groupBy(segments.keys(), (index) => segments[index]?.sha256 ?? '')
    this.#byHead = Map.groupBy(segments.keys(), (index) => segments[index]?.head ?? '')
  }

  find(today: Today): Found | undefined {
    const same = this.#nearest(this.#bySum.get(today.sha256), today)
    if (same !== undefined && this.#segments[same]?.bytes === today.bytes) return { as: 'same', index: same }
    const begun = this.#nearest(this.#byHead.get(today.head), today)
    if (begun === undefined) return this.#around(today)
    const isLonger = today.bytes > (this.#segments[begun]?.bytes ?? 0) * (1 + maxLonger)
    return { as: 'like', index: begun, isJoined: isLonger && begun + 1 < this.#segments.length }
  }

  /** The one that lies nearest to where it is expected; from then on others are expected as far from it as today. */
  #nearest(indexes: readonly number[] | undefined, { start }: Today): number | undefined {
    const expected = start + this.#shift
    let [best] = indexes ?? []
    if (best === undefined) return undefined
    for (const index of indexes ?? [])
      if (Math.abs(this.#startOf(index) - expected) < Math.abs(this.#startOf(best) - expected)) best = index
    this.#shift = this.#startOf(best) - start
    return best
  }

  /** The segment, or the two, that hold most of where it is expected. */
  #around({ start, bytes }: Today): Found | undefined {
    const [from, to] = [start + this.#shift - bytes * doubt, start + this.#shift + bytes * (1 + doubt)]
    const shared = (index: number): number => {
      const begin = this.#startOf(index)
      return Math.max(0, Math.min(to, begin + (this.#segments[index]?.bytes ?? 0)) - Math.max(from, begin))
    }
    let best = this.#indexAt(from)
    for (let index = best + 1; index < this.#segments.length && this.#startOf(index) < to; index++)
      if (shared(index) > shared(best)) best = index
    if (shared(best) === 0) return undefined
    const [before, after] = [shared(best - 1), shared(best + 1)]
    if (before === 0 && after === 0) return { as: 'like', index: best, isJoined: false }
    return { as: 'like', index: before > after ? best - 1 : best, isJoined: true }
  }

  /** The segment that the place in the base lies in; the first or last of all when it lies before or behind them. */
  #indexAt(place: number): number {
    let [low, high] = [0, Math.max(0, this.#segments.length - 1)]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if (this.#startOf(middle) <= place) low = middle
      else high = middle - 1
    }
    return low
  }

  #startOf(index: number): number {
    return this.#starts[index] ?? Number.POSITIVE_INFINITY
  }
}
