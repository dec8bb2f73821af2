import { Slots } from './slots.ts'

/** A long window is kept in so many slots: what a function over it says is wrong by at most this share of its width. */
const slotsPerWindow = 512

const columns = { at: 0, from: 1, covered: 2, last: 3, sum: 4, count: 5, min: 6, max: 7 } as const
type Column = keyof typeof columns

/**
 * The newest points of one series, as far back as the longest window that a rule asks for. Points that stand closer
 * than the window's share are merged into one slot, so that a series costs at most about 33 kB. Times are monotonic.
 */
export class WindowHistory {
  readonly #slots = new Slots(Object.keys(columns).length)
  windowMs: number

  constructor(windowMs: number) {
    this.windowMs = windowMs
  }

  get length(): number {
    return this.#slots.length
  }

  get(index: number, column: Column): number {
    return this.#slots.cells[this.#slots.row(index) + columns[column]] ?? 0
  }

  /** @param holdMs how long the point before this one may be taken as still true */
  add(at: number, value: number, holdMs: number): void {
    const { length } = this
    const previousAt = length === 0 ? at : this.get(length - 1, 'at')
    const covered = (length === 0 ? 0 : this.get(length - 1, 'covered')) + Math.min(at - previousAt, holdMs)
    // The first one stands alone: it is what a counter is counted from.
    if (length > 1 && at - this.get(length - 1, 'from') < this.windowMs / slotsPerWindow) {
      this.#merge(at, value, covered)
      return
    }
    const row = this.#slots.push()
    this.#slots.cells.set([at, at, covered, value, value, 1, value, value], row)
    const start = at - this.windowMs
    // One is kept from before the window: it holds until the first one inside.
    while (this.length > 2 && this.get(1, 'at') <= start) this.#slots.dropOldest()
  }

  /** The first slot that is newer than `at`. */
  firstAfter(at: number): number {
    return this.#slots.countUpTo(at)
  }

  /** Milliseconds between `from` and `now` for which a value is known: each point holds for `holdMs` at most. */
  coveredMs(from: number, now: number, holdMs: number): number {
    const { length } = this
    if (length === 0) return 0
    const newest = length - 1
    const known = Math.min(Math.max(0, now - this.get(newest, 'at')), holdMs)
    const inside = this.firstAfter(from)
    if (inside === length) return Math.max(0, Math.min(now - from, known - (from - this.get(newest, 'at'))))
    const first = this.get(inside, 'at')
    const before = inside === 0 ? 0 : Math.max(0, Math.min(first - from, this.get(inside - 1, 'at') + holdMs - from))
    return before + this.get(newest, 'covered') - this.get(inside, 'covered') + known
  }

  #merge(at: number, value: number, covered: number): void {
    const row = this.#slots.row(this.length - 1)
    const { cells } = this.#slots
    const set = (column: Column, next: number): void => {
      cells[row + columns[column]] = next
    }
    const known = (column: Column): number => cells[row + columns[column]] ?? 0
    set('at', at)
    set('covered', covered)
    set('last', value)
    set('sum', known('sum') + value)
    set('count', known('count') + 1)
    set('min', Math.min(known('min'), value))
    set('max', Math.max(known('max'), value))
  }
}
