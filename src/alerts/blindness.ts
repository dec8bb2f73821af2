import { companions } from '../core/series-names.ts'
import type { Subjects } from './conditions/subject.ts'
import type { Track } from './series/track.ts'

/** The names that a rule reads, and of those that do not come at each look, the ones that do. */
export function readNames({ names }: Subjects): readonly string[] {
  return [...new Set(names.flatMap((name) => [name, companions[name] ?? name]))]
}

/** Whether a rule cannot tell any more when this series gives no points. */
export function isBlindWithout(subjects: Subjects, series: Pick<Track, 'name' | 'labels'>): boolean {
  if (subjects.needs(series)) return companions[series.name] === undefined
  // Which labels the other one will have is not known yet: a look at the component suffices.
  return subjects.names.some((name) => companions[name] === series.name)
}
