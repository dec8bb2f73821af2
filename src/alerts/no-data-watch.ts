import type { Alert } from '../core/alert.ts'
import { type Labels, seriesKey } from '../core/series.ts'
import { type Severity, severities } from '../core/words.ts'
import { type AlertChange, endOf } from './alert-change.ts'
import { defaultKeepMs } from './alert-rule.ts'
import { readNames } from './blindness.ts'
import type { Moment } from './moment.ts'
import { OpenAlert } from './open-alert.ts'
import type { RuleWatch } from './rule-watch.ts'
import type { Track } from './series/track.ts'
import { neverSeen, neverSeenRemedy, noData, noDataRemedy } from './titles.ts'

/** Data that is missing is told at once when it counts as missing, and as over when it has come for a while. */
const timing = { forMs: 0, keepMs: defaultKeepMs }

interface Group {
  readonly tracks: Set<Track>
  /** Those of which each one counts; of the others, one suffices. */
  readonly needed: Set<Track>
  open: OpenAlert
  severity: Severity
}

/** The series that rules need and that give no points: one alert for each name and component, with its own key. */
export class NoDataWatch {
  readonly #system: string
  readonly #groups = new Map<string, Group>()
  readonly #never = new Map<RuleWatch, OpenAlert>()
  readonly #restored = new Map<string, Alert>()
  /** When each component was last known to be down, on the monotonic clock. */
  readonly #downAt = new Map<string, number>()

  constructor(system: string) {
    this.#system = system
  }

  /** @param severity that of a rule that is blind without it; blindness is no worse than high */
  add(track: Track, severity: Severity, need: 'itself' | 'a-look'): void {
    const key = keyOf(track.name, track.component)
    let group = this.#groups.get(key)
    if (group === undefined) {
      const made: Group = {
        tracks: new Set(),
        needed: new Set(),
        open: this.#groupOpen(key, track, () => made),
        severity: 'low',
      }
      group = made
      this.#groups.set(key, group)
    }
    group.tracks.add(track)
    if (need === 'itself') group.needed.add(track)
    const worst = Math.max(severities.indexOf(severity), severities.indexOf(group.severity))
    group.severity = severities[Math.min(worst, severities.indexOf('high'))] ?? 'high'
  }

  /** A component that is down is told as such: that it gives no data is no other cause, until some time after its end. */
  excuse(component: string, now: Moment): void {
    this.#downAt.set(component, now.monoMs)
  }

  /** @param lookingSince since when this program looks without a break: before that, silence may be its own */
  evaluate(now: Moment, lookingSince: number, changes: AlertChange[]): void {
    for (const { tracks, needed, open } of this.#groups.values()) {
      const isMissing = (track: Track): boolean => {
        const { lastAt = track.expectedAt, staleMs } = track
        const downAt = this.#downAt.get(track.component) ?? Number.NEGATIVE_INFINITY
        return now.monoMs - Math.max(lastAt, lookingSince, downAt) > staleMs
      }
      const isProved = (track: Track): boolean => track.isLive && !track.isStale(now)
      const missing = countOf(needed, isMissing)
      const isAllMissing = countOf(tracks, isMissing) === tracks.size
      const isClear = countOf(needed, isProved) === needed.size && countOf(tracks, isProved) > 0
      const verdict = missing > 0 || isAllMissing ? 'breach' : isClear ? 'clear' : 'unknown'
      push(open.advance({ verdict, value: missing || tracks.size, since: undefined }, now, timing), changes)
    }
  }

  /** Tells rules of which nothing was seen at all for `neverSeenMs`. */
  evaluateNever(watches: Iterable<RuleWatch>, now: Moment, neverSeenMs: number, changes: AlertChange[]): void {
    for (const watch of watches) {
      if (!watch.rule.expectsData || watch.rule.rule.condition.type === 'absent') continue
      const isMissing = !watch.isSeeing && now.monoMs - watch.sinceMonoMs > neverSeenMs
      const open = this.#never.get(watch) ?? (isMissing ? this.#neverOpen(watch) : undefined)
      if (open === undefined || (!watch.isSeeing && !isMissing)) continue
      const verdict = isMissing ? 'breach' : 'clear'
      push(open.advance({ verdict, value: undefined, since: undefined }, now, timing), changes)
    }
  }

  /** Takes an alert that was open before a restart. False when nobody asks for what is missing any more. */
  restore(alert: Alert, watches: Iterable<RuleWatch>): boolean {
    for (const watch of watches) {
      const isNever = alert.key === neverKey(watch)
      const isOfSeries = readNames(watch.subjects).some((name) => alert.key === keyOf(name, alert.component))
      if (!isNever && !isOfSeries) continue
      this.#restored.set(alert.key, alert)
      const group = this.#groups.get(alert.key)
      const [track] = group?.tracks ?? []
      if (isNever) this.#neverOpen(watch)
      // Its series may have come already, with the points from before the restart.
      if (group !== undefined && track !== undefined) group.open = this.#groupOpen(alert.key, track, () => group)
      return true
    }
    return false
  }

  /** Ends what is open about series that are gone, and about rules that are. */
  end(
    now: Moment,
    isGone: (series: Pick<Track, 'name' | 'labels'>) => boolean,
    watches: ReadonlySet<RuleWatch>,
    changes: AlertChange[],
  ): void {
    for (const [key, alert] of this.#restored) {
      const names = [...watches].flatMap(({ subjects }) => readNames(subjects))
      const name = names.find((one) => key === keyOf(one, alert.component))
      if (name !== undefined && !isGone({ name, labels: alert.labels })) continue
      this.#restored.delete(key)
      changes.push(endOf(alert, now))
    }
    for (const [key, { tracks, needed, open }] of this.#groups) {
      for (const track of tracks) if (isGone(track)) tracks.delete(track)
      for (const track of needed) if (isGone(track)) needed.delete(track)
      if (tracks.size > 0) continue
      this.#groups.delete(key)
      push(open.end(now), changes)
    }
    for (const [watch, open] of this.#never) {
      if (watches.has(watch)) continue
      this.#never.delete(watch)
      push(open.end(now), changes)
    }
  }

  /** Alerts from before a restart whose series did not come yet: they stay open. */
  get waiting(): Iterable<Alert> {
    return this.#restored.values()
  }

  *open(): Iterable<OpenAlert> {
    for (const { open } of this.#groups.values()) if (open.alert !== undefined) yield open
    for (const open of this.#never.values()) if (open.alert !== undefined) yield open
  }

  #groupOpen(key: string, { name, component }: Track, group: () => Group): OpenAlert {
    const facts = {
      ...this.#factsOf(component, labelsOf(component)),
      get severity() {
        return group().severity
      },
      title: (missing: number) => {
        const { tracks } = group()
        const since = new Date(
          Math.min(...[...tracks].map(({ lastWallMs, expectedWallMs }) => lastWallMs ?? expectedWallMs)),
        ).toISOString()
        const title = noData({ component: component || name, series: name, since, missing, all: tracks.size })
        return { title, remedy: noDataRemedy({ component }) }
      },
    }
    return new OpenAlert(key, facts, this.#take(key))
  }

  #neverOpen(watch: RuleWatch): OpenAlert {
    const key = neverKey(watch)
    const series = watch.subjects.names.join(', ')
    const since = new Date(watch.sinceWallMs).toISOString()
    const facts = {
      ...this.#factsOf('', {}),
      severity: 'medium' as const,
      title: () => ({ title: neverSeen({ rule: watch.rule.text, series, since }), remedy: neverSeenRemedy({}) }),
    }
    const open = new OpenAlert(key, facts, this.#take(key))
    this.#never.set(watch, open)
    return open
  }

  #factsOf(component: string, labels: Labels) {
    return { system: this.#system, rule: 'no data', component, labels }
  }

  #take(key: string): Alert | undefined {
    const alert = this.#restored.get(key)
    this.#restored.delete(key)
    return alert
  }
}

function keyOf(name: string, component: string): string {
  return `no-data:${seriesKey(name, labelsOf(component))}`
}

function neverKey({ rule }: RuleWatch): string {
  return `no-data:rule:${rule.id}`
}

function countOf(tracks: ReadonlySet<Track>, is: (track: Track) => boolean): number {
  let count = 0
  for (const track of tracks) if (is(track)) count++
  return count
}

function labelsOf(component: string): Labels {
  return component === '' ? {} : { component }
}

function push(change: AlertChange | undefined, changes: AlertChange[]): void {
  if (change !== undefined) changes.push(change)
}
