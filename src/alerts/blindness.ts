import { companions } from '../core/series-names.ts'
import type { Subjects } from './conditions/subject.ts'
import type { Track } from './series/track.ts'

/** The names that a rule reads, and of those that do not come at each look, the ones that do. */
export function readNames({ names }: Subjects): readonly string[] {
  return [...new Set(names.flatMap((name) => [name, companions[name] ?? name]))]
}

/**
 * Whether a rule cannot tell any more when this series gives no points: this very one, or (`a-look`) all series of its
 * name and component together, which show that the component is looked at. Some of those may go: the endpoints that are
 * told apart are the busiest ones.
 */
export function isBlindWithout(
  subjects: Subjects,
  series: Pick<Track, 'name' | 'labels'>,
): 'itself' | 'a-look' | undefined {
  if (subjects.needs(series)) return companions[series.name] === undefined ? 'itself' : undefined
  return subjects.names.some((name) => companions[name] === series.name) ? 'a-look' : undefined
}
