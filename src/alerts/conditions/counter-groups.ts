import { type Labels, seriesKey } from '../../core/series.ts'
import type { Selector } from '../expression/ast.ts'
import type { Moment } from '../moment.ts'
import { doesMatch } from '../series/matches.ts'
import { increaseOver, isCovered, nothing, type Reading } from '../series/over-window.ts'
import type { Track } from '../series/track.ts'
import type { Growing } from './subject.ts'

/** Counters of one component (and one value of the label `by`): some things, and all things that they are among. */
export interface CounterGroup {
  readonly labels: Labels
  readonly part: Set<Track>
  readonly whole: Set<Track>
}

export function counterGroups(
  part: Selector,
  whole: Selector,
  by: string | undefined,
  longestMs: number,
): Growing<CounterGroup> {
  const groups = new Map<string, CounterGroup>()
  const isOf = (selector: Selector, track: Pick<Track, 'name' | 'labels'>): boolean =>
    track.name === selector.name && doesMatch(selector, track.labels)
  return {
    names: [...new Set([part.name, whole.name])],
    add: (track) => {
      const [isPart, isWhole] = [isOf(part, track), isOf(whole, track)]
      if (!isPart && !isWhole) return undefined
      track.keep('counter', longestMs)
      const labels = groupLabels(track.labels, by)
      const key = seriesKey('', labels)
      const known = groups.get(key)
      const group = known ?? { labels, part: new Set(), whole: new Set() }
      groups.set(key, group)
      if (isPart) group.part.add(track)
      if (isWhole) group.whole.add(track)
      return known === undefined ? group : undefined
    },
    remove: (track) => {
      const key = seriesKey('', groupLabels(track.labels, by))
      const group = groups.get(key)
      group?.part.delete(track)
      group?.whole.delete(track)
      if (group?.part.size === 0 && group.whole.size === 0) groups.delete(key)
    },
    needs: (track) => isOf(whole, track),
    seriesOf: () => undefined,
  }
}

/** The share over a window. What has no part yet counted none of it; a whole that nobody counts tells nothing. */
export function shareOver({ part, whole }: CounterGroup, windowMs: number, now: Moment): Reading {
  if (!isKnown(whole, windowMs, now)) return nothing
  const total = sumOver(whole, windowMs, now)
  return total > 0 ? { value: sumOver(part, windowMs, now) / total, samples: total } : nothing
}

/** Until when the newest of the whole may be taken as true. */
export function groupKnownUntil({ whole }: CounterGroup): number {
  let until = 0
  for (const track of whole) until = Math.max(until, track.knownUntil)
  return until
}

function isKnown(whole: ReadonlySet<Track>, windowMs: number, now: Moment): boolean {
  const { monoMs } = now
  for (const track of whole) {
    const { counter, staleMs } = track
    if (!track.isStale(now) && counter !== undefined && isCovered(counter, windowMs, monoMs, staleMs)) return true
  }
  return false
}

function sumOver(tracks: ReadonlySet<Track>, windowMs: number, now: Moment): number {
  let sum = 0
  for (const { counter } of tracks) if (counter !== undefined) sum += increaseOver(counter, windowMs, now.monoMs)
  return sum
}

function groupLabels(labels: Labels, by: string | undefined): Labels {
  const kept = ['system', 'component', ...(by === undefined ? [] : [by])]
  return Object.fromEntries(kept.flatMap((label) => (labels[label] === undefined ? [] : [[label, labels[label]]])))
}
