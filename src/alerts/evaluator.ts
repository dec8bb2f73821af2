import type { Alert } from '../core/alert.ts'
import type { Labels, Point } from '../core/series.ts'
import { type AlertChange, endOf } from './alert-change.ts'
import type { AlertRule } from './alert-rule.ts'
import { isBlindWithout, readNames } from './blindness.ts'
import type { Moment } from './moment.ts'
import { NoDataWatch } from './no-data-watch.ts'
import type { OpenAlert } from './open-alert.ts'
import { RuleWatch } from './rule-watch.ts'
import { SeriesMemory } from './series/series-memory.ts'
import type { Track } from './series/track.ts'

export interface EvaluatorOptions {
  readonly system: string
  readonly rules: readonly AlertRule[]
  readonly now: Moment
  /** Series that are kept in memory. Default 20,000. */
  readonly maxSeries?: number
  /** Label sets of one rule that are judged. Default 2,000. */
  readonly maxLabelSets?: number
  /** After this a rule of the team that saw no series at all is told as blind. Default 1 hour. */
  readonly neverSeenMs?: number
}

/** What became too many, for the watch to tell. */
export interface Overflow {
  readonly droppedPoints: number
  readonly rules: readonly { readonly rule: string; readonly labelSets: number }[]
}

/** Longer without an evaluation, and much longer than the last time, and silence may have been our own. */
const minPauseMs = 60_000
const pauseSteps = 3

/**
 * Judges the rules of one system over the points that it is fed. No I/O and no clock of its own: the same points and
 * moments give the same changes, but for the ids of alerts. Per tick: `observe` what was measured, then `evaluate`, and
 * keep the changes (`AlertStore.decide`), or `giveBack` those that could not be kept, before the next tick.
 */
export class Evaluator {
  readonly #options: EvaluatorOptions
  readonly #memory: SeriesMemory
  readonly #noData: NoDataWatch
  /** By id of the rule, stronger ones before those that they cover. */
  #watches: ReadonlyMap<string, RuleWatch> = new Map()
  /** By name of a series that they read. */
  #readers: ReadonlyMap<string, readonly RuleWatch[]> = new Map()
  #lookedAt: number | undefined
  #stepMs = Number.POSITIVE_INFINITY
  #lookingSince = 0
  #unkept: readonly AlertChange[] = []

  constructor(options: EvaluatorOptions) {
    this.#options = options
    this.#noData = new NoDataWatch(options.system)
    this.#memory = new SeriesMemory(options.maxSeries ?? 20_000, (track) => {
      this.#give(this.#readers.get(track.name) ?? [], track)
    })
    this.setRules(options.rules, options.now)
  }

  /**
   * Takes points that were measured just now.
   *
   * @param everyMs how often their series are measured; learned from the points when it is not known
   */
  observe(points: readonly Point[], now: Moment, everyMs?: number): void {
    this.#memory.add(points, now, everyMs)
  }

  /** Takes points from before a restart, oldest first: windows are full at once, and `for` counts on. */
  recall(points: readonly Point[], now: Moment, everyMs?: number): void {
    this.#memory.add(points, now, everyMs, true)
  }

  /**
   * A component is known to be down, and that is told: what is missing of it is no alert of its own, as long as this is
   * said before each evaluation, and as long after as data may be late.
   */
  excuse(component: string, now: Moment): void {
    this.#noData.excuse(component, now)
  }

  /** Takes changes that could not be kept: the next evaluation gives them again, before its own. */
  giveBack(changes: readonly AlertChange[]): void {
    this.#unkept = [...this.#unkept, ...changes]
  }

  /** Judges every rule. */
  evaluate(now: Moment): readonly AlertChange[] {
    this.#noteStep(now.monoMs)
    const changes: AlertChange[] = [...this.#unkept]
    this.#unkept = []
    for (const watch of this.#watches.values()) {
      watch.evaluate(now, this.#watches.get(watch.rule.weakerThan ?? ''), changes)
    }
    this.#noData.evaluate(now, this.#lookingSince, changes)
    this.#noData.evaluateNever(this.#watches.values(), now, this.#options.neverSeenMs ?? 3_600_000, changes)
    this.#memory.settle()
    return changes
  }

  /**
   * Takes the alerts from rules and missing data that were open before a restart: they stay open, and none begins a second
   * time. `for` begins again where `recall` does not tell better. Gives those that end since nobody asks any more.
   */
  restore(alerts: readonly Alert[], now: Moment): readonly AlertChange[] {
    const changes: AlertChange[] = []
    const watches = [...this.#watches.values()]
    // Those of missing data first: the others make the series known that they wait for.
    const others = alerts.filter((alert) => !this.#noData.restore(alert, watches))
    for (const alert of others) {
      const watch = watches.find((one) => one.restore(alert))
      const series = watch?.subjects.seriesOf(alert.labels)
      if (series !== undefined) this.#memory.expect(series.name, series.labels, now)
      if (watch === undefined) changes.push(endOf(alert, now))
    }
    return changes
  }

  /** Takes the rules of a changed config; an unchanged rule keeps its alerts. Gives the alerts of rules that are gone. */
  setRules(rules: readonly AlertRule[], now: Moment): readonly AlertChange[] {
    const before = this.#watches
    this.#watches = new Map(
      strongestFirst(rules).map((rule) => [rule.id, keptWatch(before.get(rule.id), rule) ?? this.#watchOf(rule, now)]),
    )
    const readers = [...this.#watches.values()].flatMap((watch) =>
      readNames(watch.subjects).map((name) => ({ name, watch })),
    )
    this.#readers = new Map(
      [...Map.groupBy(readers, ({ name }) => name)].map(([name, all]) => [name, all.map(({ watch }) => watch)]),
    )
    this.#memory.wantOnly(new Set(this.#readers.keys()))
    for (const [name, watches] of this.#readers) {
      const added = watches.filter((watch) => before.get(watch.rule.id) !== watch)
      for (const track of this.#memory.ofName(name)) this.#give(added, track)
    }
    const changes: AlertChange[] = []
    for (const watch of before.values()) if (this.#watches.get(watch.rule.id) !== watch) watch.end(now, changes)
    const isNeeded = (track: Pick<Track, 'name' | 'labels'>): boolean =>
      (this.#readers.get(track.name) ?? []).some((watch) => isBlindWithout(watch.subjects, track) !== undefined)
    this.#noData.end(now, (track) => !isNeeded(track), new Set(this.#watches.values()), changes)
    return changes
  }

  /** Forgets series that are gone for good, such as those of a component that left the config. Gives the alerts that end. */
  forget(isGone: (labels: Labels) => boolean, now: Moment): readonly AlertChange[] {
    const changes: AlertChange[] = []
    const gone = this.#memory.forget(isGone)
    for (const watch of this.#watches.values()) {
      for (const track of gone) watch.subjects.remove(track)
      watch.end(now, changes, isGone)
    }
    this.#noData.end(now, ({ labels }) => isGone(labels), new Set(this.#watches.values()), changes)
    return changes
  }

  /** Writes into an open alert what others know of it, so that its next change holds it too. */
  note(id: string, known: Partial<Pick<Alert, 'acknowledgedAt' | 'acknowledgedBy' | 'silencedBy'>>): void {
    for (const open of this.#open()) if (open.alert?.id === id) open.note(known)
  }

  /** Alerts that are pending or firing, with the value that was seen last. */
  open(): readonly Alert[] {
    return [...[...this.#open()].flatMap(({ alert }) => alert ?? []), ...this.#noData.waiting]
  }

  overflow(): Overflow {
    const rules = [...this.#watches.values()].filter(({ overflow }) => overflow > 0)
    return {
      droppedPoints: this.#memory.dropped,
      rules: rules.map(({ rule, overflow }) => ({ rule: rule.text, labelSets: overflow })),
    }
  }

  #noteStep(monoMs: number): void {
    const stepMs = monoMs - (this.#lookedAt ?? monoMs)
    const isPause = stepMs > Math.max(minPauseMs, pauseSteps * this.#stepMs)
    if (this.#lookedAt === undefined || isPause) this.#lookingSince = monoMs
    if (stepMs > 0 && !isPause) this.#stepMs = stepMs
    this.#lookedAt = monoMs
  }

  *#open(): Iterable<OpenAlert> {
    for (const watch of this.#watches.values()) yield* watch.open()
    yield* this.#noData.open()
  }

  #give(watches: readonly RuleWatch[], track: Track): void {
    for (const watch of watches) {
      watch.add(track)
      const need = isBlindWithout(watch.subjects, track)
      if (need !== undefined) this.#noData.add(track, watch.rule.severity, need)
    }
  }

  #watchOf(rule: AlertRule, now: Moment): RuleWatch {
    const { system, maxLabelSets = 2000 } = this.#options
    return new RuleWatch(rule, system, now, () => this.#lookingSince, maxLabelSets)
  }
}

function keptWatch(known: RuleWatch | undefined, { text, severity, keepMs }: AlertRule): RuleWatch | undefined {
  const isSame = known?.rule.text === text && known.rule.severity === severity && known.rule.keepMs === keepMs
  return isSame ? known : undefined
}

function strongestFirst(rules: readonly AlertRule[]): readonly AlertRule[] {
  const isWeaker = ({ weakerThan }: AlertRule): boolean => weakerThan !== undefined
  return [...rules.filter((rule) => !isWeaker(rule)), ...rules.filter(isWeaker)]
}
