import type { Comparison } from '../expression/ast.ts'
import type { Moment } from '../moment.ts'
import type { Track } from '../series/track.ts'
import { counterGroups, groupKnownUntil, shareOver } from './counter-groups.ts'
import type { Look, Verdict } from './look.ts'
import { seriesReaders } from './series-readers.ts'
import { eachOf, type Reader, type Readers, type Subjects } from './subject.ts'
import { type Zone, zoneOf } from './zone.ts'

/** A comparison, for each series or group that its value is of. */
export function comparisonSubjects(comparison: Comparison): Subjects {
  const readers = readersOf(comparison)
  const zone = zoneOf(comparison)
  return eachOf(readers, (reader) => ({ labels: reader.labels, look: (now) => lookAt(reader, zone, now) }))
}

export function readersOf({ value }: Comparison): Readers {
  if (value.type !== 'ratio') return seriesReaders(value)
  const { part, whole, by, windowMs } = value
  const groups = counterGroups(part, whole, by, windowMs)
  return eachOf(groups, (group) => ({
    labels: group.labels,
    read: (now) => shareOver(group, windowMs, now),
    knownUntil: () => groupKnownUntil(group),
  }))
}

export function lookAt(reader: Reader, zone: Zone, now: Moment): Look {
  const { plain } = reader
  const reading = reader.read(now)
  const verdict = zone(reading)
  const isPlain = plain !== undefined && plain.fresh.length > 0 && verdict !== 'unknown'
  const since = isPlain ? runStart(plain, zone, verdict) : undefined
  return { verdict, value: reading.value, since, until: reader.knownUntil() }
}

/** Since which of the new points the verdict is so without a break; undefined: since before them, without a gap. */
function runStart(track: Track, zone: Zone, verdict: Verdict): number | undefined {
  const { fresh, freshAfter, staleMs } = track
  let since: number | undefined
  for (let index = fresh.length - 2; index >= 0; index -= 2) {
    const at = fresh[index] ?? 0
    if (zone({ value: fresh[index + 1], samples: 1 }) !== verdict) return since
    since = at
    const previous = index === 0 ? freshAfter : fresh[index - 2]
    if (previous === undefined || at - previous > staleMs) return since
  }
  return undefined
}
