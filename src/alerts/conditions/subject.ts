import type { Labels } from '../../core/series.ts'
import type { Moment } from '../moment.ts'
import type { Reading } from '../series/over-window.ts'
import type { Track } from '../series/track.ts'
import type { Look } from './look.ts'

/** One label set that a condition is judged for. */
export interface Subject {
  readonly labels: Labels
  look(now: Moment): Look
}

/** Something for each label set, which come as series come. */
export interface Growing<T> {
  /** The names of the series that it reads. */
  readonly names: readonly string[]
  /** Takes a series into account when it is one of its own; gives what is new by it. Called before its first point. */
  add(track: Track): T | undefined
  /** Leaves a series out that is gone for good. */
  remove(track: Track): void
  /** Whether silence of this series makes the rule blind. */
  needs(series: Pick<Track, 'name' | 'labels'>): boolean
  /** The series that a label set stands on, for an alert that was open before a restart; undefined when not one alone. */
  seriesOf(labels: Labels): { readonly name: string; readonly labels: Labels } | undefined
}

/** The same label sets, and of each what `make` makes of it. */
export function eachOf<From, To>(all: Growing<From>, make: (one: From) => To): Growing<To> {
  return {
    ...all,
    add: (track) => {
      const one = all.add(track)
      return one === undefined ? undefined : make(one)
    },
  }
}

export type Subjects = Growing<Subject>

/** The value of a comparison for one label set. */
export interface Reader {
  readonly labels: Labels
  /** The series itself, where each of its points counts. */
  readonly plain?: Track
  read(now: Moment): Reading
  /** Until when what was seen last may be taken as true. */
  knownUntil(): number
}
export type Readers = Growing<Reader>
