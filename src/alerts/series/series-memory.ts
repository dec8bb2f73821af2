import { type Labels, type Point, seriesKey } from '../../core/series.ts'
import type { Moment } from '../moment.ts'
import { Track } from './track.ts'

/** A component that was seen for so long shows each of its counters from the start. */
const settledMs = 60_000

/** The series that rules ask for, by name; others are not kept. */
export class SeriesMemory {
  readonly #tracks = new Map<string, Track>()
  readonly #byName = new Map<string, Track[]>()
  readonly #components = new Map<string, { first: number; before: number; last: number }>()
  readonly #fresh = new Set<Track>()
  readonly #maxTracks: number
  readonly #onNew: (track: Track, now: Moment) => void
  /** Points of series that were too many. */
  dropped = 0

  /** @param onNew called before the first point of a series is taken, to say what is to be kept of it */
  constructor(maxTracks: number, onNew: (track: Track, now: Moment) => void) {
    this.#maxTracks = maxTracks
    this.#onNew = onNew
  }

  get size(): number {
    return this.#tracks.size
  }

  /** From now on series of these names are kept, and no others. */
  wantOnly(names: ReadonlySet<string>): void {
    for (const name of names) if (!this.#byName.has(name)) this.#byName.set(name, [])
    for (const [name, tracks] of this.#byName) {
      if (names.has(name)) continue
      this.#byName.delete(name)
      for (const track of tracks) this.#drop(track)
    }
  }

  ofName(name: string): readonly Track[] {
    return this.#byName.get(name) ?? []
  }

  /**
   * Takes points. Those of now count from now on, whatever their own time says: a wall clock that steps makes none of them
   * old. Those of the past (`isPast`), from before a restart, stand where their time says.
   */
  add(points: readonly Point[], now: Moment, everyMs: number | undefined, isPast = false): void {
    for (const { name, labels, at, value, key } of points) {
      const bornAt = isPast ? undefined : this.#settledSince(labels['component'] ?? '', now)
      if (!this.#byName.has(name) || !Number.isFinite(value)) continue
      const track = this.expect(name, labels, now, key)
      if (track === undefined) {
        this.dropped++
        continue
      }
      const ageMs = isPast ? Math.max(0, now.wallMs - at) : 0
      track.add(now.monoMs - ageMs, at, value, everyMs, bornAt)
      track.isLive ||= !isPast
      this.#fresh.add(track)
    }
  }

  /** Makes a track before its first point; undefined when there are too many. */
  expect(name: string, labels: Labels, now: Moment, key = seriesKey(name, labels)): Track | undefined {
    const known = this.#tracks.get(key)
    if (known !== undefined || this.#tracks.size >= this.#maxTracks) return known
    const track = new Track(name, labels, key, now)
    this.#tracks.set(key, track)
    this.#byName.get(name)?.push(track)
    this.#onNew(track, now)
    return track
  }

  /** Forgets which points came since the last evaluation. */
  settle(): void {
    for (const track of this.#fresh) track.fresh.length = 0
    this.#fresh.clear()
  }

  /** Forgets series, such as those of a component that is gone from the config. */
  forget(isGone: (labels: Labels) => boolean): readonly Track[] {
    const gone = [...this.#tracks.values()].filter(({ labels }) => isGone(labels))
    for (const track of gone) {
      this.#drop(track)
      const tracks = this.#byName.get(track.name)
      tracks?.splice(tracks.indexOf(track), 1)
      this.#components.delete(track.component)
    }
    return gone
  }

  #drop(track: Track): void {
    this.#tracks.delete(track.key)
    this.#fresh.delete(track)
  }

  /** When the component was looked at before, once it is known for long enough: what is new in it began since then. */
  #settledSince(component: string, { monoMs }: Moment): number | undefined {
    const seen = this.#components.get(component) ?? { first: monoMs, before: monoMs, last: monoMs }
    this.#components.set(component, seen)
    if (monoMs !== seen.last) {
      seen.before = seen.last
      seen.last = monoMs
    }
    return monoMs - seen.first >= settledMs ? seen.before : undefined
  }
}
