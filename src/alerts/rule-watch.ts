import type { Alert, AlertState } from '../core/alert.ts'
import { type Labels, seriesKey } from '../core/series.ts'
import type { AlertChange } from './alert-change.ts'
import type { AlertRule } from './alert-rule.ts'
import { missingSubject } from './conditions/absent-subjects.ts'
import type { Subject, Subjects } from './conditions/subject.ts'
import { subjectsOf } from './conditions/subjects-of.ts'
import type { Moment } from './moment.ts'
import { OpenAlert } from './open-alert.ts'
import type { Timing } from './progress.ts'
import { fixedLabels } from './series/matches.ts'
import type { Track } from './series/track.ts'
import { titleOf } from './titles.ts'

interface Watched {
  readonly open: OpenAlert
  readonly subject: Subject | undefined
}

/** One rule over all its label sets. */
export class RuleWatch {
  readonly rule: AlertRule
  readonly subjects: Subjects
  readonly sinceWallMs: number
  readonly sinceMonoMs: number
  readonly #system: string
  readonly #timing: Timing
  readonly #watched = new Map<string, Watched>()
  #seen = 0
  /** Label sets that were too many. */
  overflow = 0
  readonly #maxSubjects: number

  constructor(rule: AlertRule, system: string, now: Moment, lookingSince: () => number, maxSubjects: number) {
    this.rule = rule
    this.subjects = subjectsOf(rule, lookingSince)
    this.sinceWallMs = now.wallMs
    this.sinceMonoMs = now.monoMs
    this.#system = system
    this.#maxSubjects = maxSubjects
    const { condition, forMs } = rule.rule
    // An absent series has been absent for its `for` already.
    this.#timing = { forMs: condition.type === 'absent' ? 0 : forMs, keepMs: rule.keepMs }
    if (condition.type !== 'absent') return
    const labels = fixedLabels(condition.selector)
    const limitMs = forMs > 0 ? forMs : rule.keepMs
    this.#watch(missingSubject(labels, limitMs, now.monoMs, () => this.#seen > 0))
  }

  /** Whether any series of it was ever seen. */
  get isSeeing(): boolean {
    return this.#seen > 0
  }

  add(track: Track): void {
    const subject = this.subjects.add(track)
    if (subject !== undefined || this.subjects.needs(track)) this.#seen++
    if (subject !== undefined) this.#watch(subject)
  }

  /** The alert that a label set has open, when it fires. */
  firing(labelsKey: string): Alert | undefined {
    const open = this.#watched.get(labelsKey)?.open
    return open?.isFiring === true ? open.alert : undefined
  }

  /** @param stronger the watch of the rule that this one is weaker than; evaluated before it */
  evaluate(now: Moment, stronger: RuleWatch | undefined, changes: AlertChange[]): void {
    for (const [labelsKey, { open, subject }] of this.#watched) {
      if (subject === undefined) continue
      const change = open.advance(subject.look(now), now, this.#timing)
      if (change === undefined) continue
      const covering = change.kind === 'firing' ? stronger?.firing(labelsKey) : undefined
      if (covering !== undefined) open.note({ silencedBy: covering.id })
      changes.push({ kind: change.kind, alert: open.alert ?? change.alert })
    }
  }

  /** Takes an alert that was open before a restart. False when it is not of this rule. */
  restore(alert: Alert): boolean {
    const labelsKey = seriesKey('', alert.labels)
    if (alert.key !== this.#keyOf(labelsKey)) return false
    const known = this.#watched.get(labelsKey)
    this.#watched.set(labelsKey, { open: this.#alertOf(alert.labels, alert), subject: known?.subject })
    return true
  }

  /** Ends what is open about label sets that are gone; all of them without a test. */
  end(now: Moment, changes: AlertChange[], isGone: (labels: Labels) => boolean = () => true): void {
    for (const [labelsKey, { open, subject }] of this.#watched) {
      if (!isGone(subject?.labels ?? open.alert?.labels ?? {})) continue
      this.#watched.delete(labelsKey)
      const change = open.end(now)
      if (change !== undefined) changes.push(change)
    }
  }

  *open(): Iterable<OpenAlert> {
    for (const { open } of this.#watched.values()) if (open.alert !== undefined) yield open
  }

  #watch(subject: Subject): void {
    const labelsKey = seriesKey('', subject.labels)
    const known = this.#watched.get(labelsKey)
    // What stands for a missing series gives way to the series.
    if (known === undefined && this.#watched.size >= this.#maxSubjects) this.overflow++
    else this.#watched.set(labelsKey, { open: known?.open ?? this.#alertOf(subject.labels), subject })
  }

  #alertOf(labels: Labels, alert?: Alert): OpenAlert {
    const { rule } = this
    const facts = {
      system: this.#system,
      rule: rule.text,
      component: labels['component'] ?? '',
      severity: rule.severity,
      labels,
      title: (value: number, state: AlertState) => ({
        title: titleOf(rule, labels, value, state),
        remedy: rule.remedy,
      }),
    }
    return new OpenAlert(this.#keyOf(seriesKey('', labels)), facts, alert)
  }

  #keyOf(labelsKey: string): string {
    return `rule:${this.rule.id}${labelsKey}`
  }
}
