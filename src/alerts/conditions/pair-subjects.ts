import type { Labels } from '../../core/series.ts'
import type { Pair } from '../expression/ast.ts'
import { lookAt, readersOf } from './comparison-subjects.ts'
import { both, either, type Look, unknownLook } from './look.ts'
import type { Reader, Subjects } from './subject.ts'
import { zoneOf } from './zone.ts'

/** Two comparisons, for each label set of the left one. */
export function pairSubjects({ type, left, right }: Pair): Subjects {
  const [leftReaders, rightReaders] = [readersOf(left), readersOf(right)]
  const [leftZone, rightZone] = [zoneOf(left), zoneOf(right)]
  const rights: Reader[] = []
  const partners = new Map<Reader, Reader | undefined>()
  const partnerOf = (reader: Reader): Reader | undefined => {
    if (!partners.has(reader)) partners.set(reader, onlyOne(rights, reader.labels))
    return partners.get(reader)
  }
  const forgetPartners = (): void => partners.clear()
  return {
    names: [...new Set([...leftReaders.names, ...rightReaders.names])],
    add: (track) => {
      const reader = leftReaders.add(track)
      const other = rightReaders.add(track)
      if (other !== undefined) rights.push(other)
      if (other !== undefined) forgetPartners()
      return (
        reader && {
          labels: reader.labels,
          look: (now): Look => {
            const partner = partnerOf(reader)
            const second = partner === undefined ? unknownLook : lookAt(partner, rightZone, now)
            return (type === 'and' ? both : either)(lookAt(reader, leftZone, now), second)
          },
        }
      )
    },
    remove: (track) => {
      leftReaders.remove(track)
      rightReaders.remove(track)
      const place = rights.findIndex(({ labels }) => labels === track.labels)
      if (place !== -1) rights.splice(place, 1)
      forgetPartners()
    },
    needs: (track) => leftReaders.needs(track) || rightReaders.needs(track),
    seriesOf: (labels) => leftReaders.seriesOf(labels),
  }
}

/** The one with the same labels, or else with most of them and no other; or the only one that no label tells apart. */
function onlyOne(readers: readonly Reader[], labels: Labels): Reader | undefined {
  const within = readers.filter((one) => Object.entries(one.labels).every(([key, value]) => labels[key] === value))
  const size = (one: Reader): number => Object.keys(one.labels).length
  const most = Math.max(...within.map(size))
  const nearest = within.filter((one) => size(one) === most)
  if (nearest.length > 0) return nearest.length === 1 ? nearest[0] : undefined
  const alike = readers.filter((one) =>
    Object.entries(one.labels).every(([key, value]) => (labels[key] ?? value) === value),
  )
  return alike.length === 1 ? alike[0] : undefined
}
