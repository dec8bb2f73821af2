import type { Labels } from '../../core/series.ts'
import type { Moment } from '../moment.ts'
import { WindowHistory } from './window-history.ts'

/** As the lookback of Prometheus: a value is at most so old before it counts as missing. */
const minStaleMs = 300_000
const hourMs = 3_600_000
/** A series of which nothing is known yet may be that of a daily look. */
const unknownEveryMs = 24 * hourMs

/** What is kept of one series that a rule asks for. Times are monotonic where they do not say `wall`. */
export class Track {
  readonly name: string
  readonly labels: Labels
  readonly key: string
  /** Undefined: no point yet. */
  lastAt: number | undefined
  lastWallMs: number | undefined
  lastValue = Number.NaN
  /** Whether a point came since this program began; others are from before. */
  isLive = false
  /** What a counter counted since it is known, its restarts left out. */
  counted = 0
  /** Time and value of each point since the rules were last evaluated. */
  readonly fresh: number[] = []
  /** When the last point before these was; undefined when there was none. */
  freshAfter: number | undefined
  gauge: WindowHistory | undefined
  counter: WindowHistory | undefined
  readonly expectedAt: number
  readonly expectedWallMs: number
  #declaredEveryMs: number | undefined
  #gaps: number[] = []

  /** @param now when it was first seen or asked for */
  constructor(name: string, labels: Labels, key: string, now: Moment) {
    this.name = name
    this.labels = labels
    this.key = key
    this.expectedAt = now.monoMs
    this.expectedWallMs = now.wallMs
  }

  get component(): string {
    return this.labels['component'] ?? ''
  }

  /** Age from which the newest point is no longer true: three missed looks, or one that is an hour late. */
  get staleMs(): number {
    const everyMs = this.#declaredEveryMs ?? learned(this.#gaps) ?? unknownEveryMs
    return Math.max(minStaleMs, Math.min(3 * everyMs, everyMs + hourMs))
  }

  /** Until when the newest point may be taken as true: until the next one is due, and half of that again. */
  get knownUntil(): number {
    const everyMs = this.#declaredEveryMs ?? learned(this.#gaps) ?? unknownEveryMs
    return (this.lastAt ?? Number.NEGATIVE_INFINITY) + 1.5 * everyMs
  }

  isStale(now: Moment): boolean {
    return this.lastAt === undefined || now.monoMs - this.lastAt > this.staleMs
  }

  /** Windows that rules ask for: the history is kept for the longest. */
  keep(what: 'gauge' | 'counter', windowMs: number): void {
    const history = this[what]
    if (history === undefined) this[what] = new WindowHistory(windowMs)
    else history.windowMs = Math.max(history.windowMs, windowMs)
  }

  /** @param bornAt a counter that began by itself at zero no earlier than then; undefined when that is not known */
  add(at: number, wallMs: number, value: number, everyMs: number | undefined, bornAt: number | undefined): void {
    const { lastAt } = this
    if (lastAt !== undefined && at < lastAt) return
    const holdMs = this.staleMs
    if (everyMs !== undefined) this.#declaredEveryMs = everyMs
    else if (lastAt !== undefined && at > lastAt) this.#gaps = [...this.#gaps.slice(-2), at - lastAt]
    if (this.counter !== undefined) {
      if (lastAt === undefined && bornAt !== undefined) {
        this.counter.add(bornAt, 0, holdMs)
        this.counted = value
      } else if (lastAt !== undefined) this.counted += value >= this.lastValue ? value - this.lastValue : value
      this.counter.add(at, this.counted, holdMs)
    }
    this.gauge?.add(at, value, holdMs)
    if (this.fresh.length === 0) this.freshAfter = lastAt
    this.fresh.push(at, value)
    this.lastAt = at
    this.lastWallMs = wallMs
    this.lastValue = value
  }
}

/** The middle of the last gaps: one outage is no rhythm. */
function learned(gaps: readonly number[]): number | undefined {
  if (gaps.length < 3) return gaps.length === 0 ? undefined : Math.max(...gaps)
  return gaps.toSorted((a, b) => a - b)[1]
}
