import { type Labels, seriesKey } from '../../core/series.ts'
import type { Absent } from '../expression/ast.ts'
import type { Moment } from '../moment.ts'
import { doesMatch, fixedLabels } from '../series/matches.ts'
import type { Track } from '../series/track.ts'
import type { Look } from './look.ts'
import type { Subject, Subjects } from './subject.ts'

/**
 * Silence of a series, counted from its last point or from when it was first expected. Time in which this program did
 * not look itself (`lookingSince`) is no silence of others.
 */
export function absentSubjects({ selector }: Absent, forMs: number, lookingSince: () => number): Subjects {
  const isOwn = (track: Pick<Track, 'name' | 'labels'>): boolean =>
    track.name === selector.name && doesMatch(selector, track.labels)
  return {
    names: [selector.name],
    add: (track) =>
      isOwn(track) ? { labels: track.labels, look: (now) => silenceOf(track, forMs, lookingSince(), now) } : undefined,
    remove: () => undefined,
    needs: () => false,
    // An alert about what was never seen stands on no series.
    seriesOf: (labels) =>
      seriesKey('', labels) === seriesKey('', fixedLabels(selector)) ? undefined : { name: selector.name, labels },
  }
}

/** What stands for a series that was never seen, as long as there is none. */
export function missingSubject(labels: Labels, forMs: number, since: number, isThere: () => boolean): Subject {
  return {
    labels,
    look: ({ monoMs }) => {
      const ageMs = monoMs - since
      const isBreach = ageMs >= forMs && !isThere()
      return { verdict: isBreach ? 'breach' : isThere() ? 'clear' : 'unknown', value: ageMs / 1000, since: undefined }
    },
  }
}

function silenceOf(track: Track, forMs: number, lookingSince: number, { monoMs }: Moment): Look {
  const ageMs = monoMs - Math.max(track.lastAt ?? track.expectedAt, lookingSince)
  const limitMs = forMs > 0 ? forMs : track.staleMs
  return { verdict: ageMs >= limitMs ? 'breach' : 'clear', value: ageMs / 1000, since: undefined }
}
