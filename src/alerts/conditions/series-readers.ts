import type { Value } from '../expression/ast.ts'
import type { Moment } from '../moment.ts'
import { doesMatch } from '../series/matches.ts'
import { nothing, overWindow, type Reading } from '../series/over-window.ts'
import type { Track } from '../series/track.ts'
import type { Reader, Readers } from './subject.ts'

/** A value of each series: the newest one, its age, or a function over a window. */
export function seriesReaders(value: Exclude<Value, { type: 'ratio' }>): Readers {
  const { selector } = value
  const isOwn = (track: Pick<Track, 'name' | 'labels'>): boolean =>
    track.name === selector.name && doesMatch(selector, track.labels)
  return {
    names: [selector.name],
    add: (track) => (isOwn(track) ? readerOf(value, track) : undefined),
    remove: () => undefined,
    needs: isOwn,
    seriesOf: (labels) => ({ name: selector.name, labels }),
  }
}

function readerOf(value: Exclude<Value, { type: 'ratio' }>, track: Track): Reader {
  const base = { labels: track.labels, knownUntil: () => track.knownUntil }
  if (value.type === 'series') return { ...base, plain: track, read: (now) => newest(track, now) }
  if (value.type === 'age') return { ...base, read: (now) => ageOf(track, now) }
  const { function: name, windowMs } = value
  track.keep(name === 'increase' || name === 'rate' ? 'counter' : 'gauge', windowMs)
  return { ...base, read: (now) => overWindow(name, track, windowMs, now) }
}

function newest(track: Track, now: Moment): Reading {
  return track.isStale(now) ? nothing : { value: track.lastValue, samples: 1 }
}

/** Counted on from the point's own time, so that a step of the wall clock ages nothing. */
function ageOf(track: Track, now: Moment): Reading {
  if (track.isStale(now) || track.lastAt === undefined || track.lastWallMs === undefined) return nothing
  const sinceMs = now.monoMs - track.lastAt
  return { value: (track.lastWallMs + sinceMs) / 1000 - track.lastValue, samples: 1 }
}
