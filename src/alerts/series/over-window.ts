import type { WindowFunction } from '../expression/ast.ts'
import type { Moment } from '../moment.ts'
import type { Track } from './track.ts'
import type { WindowHistory } from './window-history.ts'

/** What a function gives, and of how many samples it is made. Undefined value: too little is known. */
export interface Reading {
  readonly value: number | undefined
  readonly samples: number
}

/** Less than half of a window tells nothing about it (as the burn-rate rules want it). */
const minCovered = 0.5

export const nothing: Reading = { value: undefined, samples: 0 }

/** A function over the last `windowMs` of a series; nothing while it is stale, or known for less than half of that time. */
export function overWindow(name: WindowFunction, track: Track, windowMs: number, now: Moment): Reading {
  if (track.isStale(now)) return nothing
  return name === 'increase' || name === 'rate'
    ? overCounter(name, track, windowMs, now.monoMs)
    : overGauge(name, track, windowMs, now.monoMs)
}

/** What a counter counted in the window. Its restarts are known; at the edge the line between two points is taken. */
export function increaseOver(history: WindowHistory, windowMs: number, now: number): number {
  const { length } = history
  if (length === 0) return 0
  const start = now - windowMs
  const inside = history.firstAfter(start)
  const end = history.get(length - 1, 'last')
  if (inside === 0) return end - history.get(0, 'last')
  const before = history.get(inside - 1, 'last')
  if (inside === length) return 0
  const [from, to] = [history.get(inside - 1, 'at'), history.get(inside, 'at')]
  return end - (before + ((history.get(inside, 'last') - before) * (start - from)) / (to - from))
}

export function isCovered(history: WindowHistory, windowMs: number, now: number, holdMs: number): boolean {
  return history.coveredMs(now - windowMs, now, holdMs) >= windowMs * minCovered
}

function overCounter(name: 'increase' | 'rate', track: Track, windowMs: number, now: number): Reading {
  const { counter } = track
  if (counter === undefined || !isCovered(counter, windowMs, now, track.staleMs)) return nothing
  const increase = increaseOver(counter, windowMs, now)
  const samples = samplesIn(counter, now - windowMs)
  if (name === 'increase') return { value: increase, samples }
  const spanMs = Math.min(windowMs, now - counter.get(0, 'at'))
  return spanMs > 0 ? { value: (increase * 1000) / spanMs, samples } : nothing
}

function overGauge(name: 'avg' | 'max' | 'min' | 'slope', track: Track, windowMs: number, now: number): Reading {
  const { gauge } = track
  if (gauge === undefined || !isCovered(gauge, windowMs, now, track.staleMs)) return nothing
  const first = gauge.firstAfter(now - windowMs)
  if (name === 'slope') return slopeFrom(gauge, first)
  // A value from before the window still holds at its beginning.
  let [sum, count, min, max] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let index = first; index < gauge.length; index++) {
    sum += gauge.get(index, 'sum')
    count += gauge.get(index, 'count')
    min = Math.min(min, gauge.get(index, 'min'))
    max = Math.max(max, gauge.get(index, 'max'))
  }
  if (count === 0) return { value: track.lastValue, samples: 0 }
  // Sums are rounded: the average of equal values is that value all the same.
  const value = name === 'avg' ? Math.min(max, Math.max(min, sum / count)) : name === 'min' ? min : max
  return { value, samples: count }
}

/** The slope of the least-squares line, per second. Two points make no line to trust. */
function slopeFrom(gauge: WindowHistory, first: number): Reading {
  const count = gauge.length - first
  if (count < 3) return nothing
  const meanOf = (index: number): number => gauge.get(index, 'sum') / gauge.get(index, 'count')
  let [sumX, sumY, samples] = [0, 0, 0]
  const origin = gauge.get(first, 'at')
  for (let index = first; index < gauge.length; index++) {
    sumX += gauge.get(index, 'at') - origin
    sumY += meanOf(index)
    samples += gauge.get(index, 'count')
  }
  const [meanX, meanY] = [sumX / count, sumY / count]
  let [covariance, variance] = [0, 0]
  for (let index = first; index < gauge.length; index++) {
    const x = gauge.get(index, 'at') - origin - meanX
    covariance += x * (meanOf(index) - meanY)
    variance += x * x
  }
  return variance === 0 ? nothing : { value: (covariance / variance) * 1000, samples }
}

function samplesIn(history: WindowHistory, after: number): number {
  let samples = 0
  for (let index = history.firstAfter(after); index < history.length; index++) samples += history.get(index, 'count')
  return samples
}
