import { type AlertRule, historyNeededMs } from '../../alerts/alert-rule.ts'
import { readNames } from '../../alerts/blindness.ts'
import type { Subjects } from '../../alerts/conditions/subject.ts'
import { subjectsOf } from '../../alerts/conditions/subjects-of.ts'
import { type Episode, replay } from '../../alerts/replay.ts'
import type { Labels, Point } from '../../core/series.ts'
import { companions } from '../../core/series-names.ts'
import type { MetricsHistory } from '../../metrics/metrics-history.ts'
import type { SeriesStore } from '../../store/watch-store.ts'

/** What one rule would have done. Times are milliseconds since 1970. */
export interface ReplayedRule {
  readonly rule: string
  readonly isReadyMade: boolean
  /** Series that were recorded for it in this time, and their points. */
  readonly series: number
  readonly points: number
  readonly recordedFrom: number | undefined
  readonly recordedUntil: number | undefined
  /** False when nothing was recorded that it could have judged: what it did not say then means nothing. */
  readonly couldTell: boolean
  readonly episodes: readonly Episode[]
}

export interface ReplayedSystem {
  readonly rules: readonly ReplayedRule[]
  readonly missing: readonly Episode[]
}

export interface ReplayParts {
  readonly system: string
  readonly series: SeriesStore
  readonly history: MetricsHistory
  readonly rules: readonly AlertRule[]
  readonly fromMs: number
  readonly nowMs: number
}

/** A series that has points in the time that was asked for. */
interface Recorded {
  readonly name: string
  readonly labels: Labels
  /** Of its points since `fromMs`. */
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

/**
 * Replays rules over what was recorded of a system, as far as its watch went: after that nobody looked. Over points as they
 * were measured: the mean of an hour says nothing of five minutes in it.
 */
export async function replayRules(parts: ReplayParts): Promise<ReplayedSystem> {
  const { system, series, rules, fromMs, nowMs } = parts
  const span = await series.span(system)
  const untilMs = Math.min(nowMs, span?.newest ?? nowMs)
  const names = rules.flatMap((rule) => readNames(subjectsOf(rule, () => 0)))
  const sinceMs = fromMs - Math.max(...rules.map(historyNeededMs))
  const { points, recorded } = await recordedOf(parts, names, sinceMs, untilMs)
  const episodes = untilMs < fromMs ? [] : replay({ rules, points, fromMs, untilMs })
  const wasWatched = span !== undefined && span.newest >= fromMs
  const replayed = [...Map.groupBy(rules, ({ text }) => text)].map(([text, [rule, ...paces]]): ReplayedRule => {
    const sides = rule === undefined ? [] : sidesOf(rule).map((side) => subjectsOf(side, () => 0))
    const own = recorded.filter((one) => sides.some((side) => isJudgedBy(side, one)))
    return {
      rule: text,
      isReadyMade: [rule, ...paces].every((one) => one?.expectsData === false),
      series: own.length,
      points: own.reduce((sum, { count }) => sum + count, 0),
      recordedFrom: own.length === 0 ? undefined : Math.min(...own.map(({ firstAt }) => firstAt)),
      recordedUntil: own.length === 0 ? undefined : Math.max(...own.map(({ lastAt }) => lastAt)),
      // What asks for silence is judged by whether anybody looked at all.
      couldTell:
        rule?.rule.condition.type === 'absent'
          ? wasWatched
          : sides.every((side) => own.some((one) => isJudgedBy(side, one))),
      episodes: episodes.filter((one) => one.rule === text && !one.isNoData),
    }
  })
  return { rules: replayed, missing: episodes.filter(({ isNoData, labels }) => isNoData && 'component' in labels) }
}

/** Without data for one of its sides a rule of two can tell nothing. */
function sidesOf(rule: AlertRule): readonly AlertRule[] {
  const { condition } = rule.rule
  if (condition.type !== 'and' && condition.type !== 'or') return [rule]
  return [condition.left, condition.right].map((side) => ({ ...rule, rule: { ...rule.rule, condition: side } }))
}

async function recordedOf(
  { system, history, fromMs, nowMs }: ReplayParts,
  names: readonly string[],
  since: number,
  until: number,
): Promise<{ readonly points: readonly Point[]; readonly recorded: readonly Recorded[] }> {
  const points: Point[] = []
  const recorded: Recorded[] = []
  for (const name of new Set(names)) {
    const { series } = await history.query({ system, name, since, until, isExact: true }, nowMs)
    for (const { labels, points: own } of series) {
      const shown = own.filter(({ at }) => at >= fromMs)
      const [first, last] = [shown[0], shown.at(-1)]
      if (first !== undefined && last !== undefined) {
        recorded.push({ name, labels, count: shown.length, firstAt: first.at, lastAt: last.at })
      }
      for (const { at, value } of own) points.push({ name, labels, at, value })
    }
  }
  return { points: points.sort((a, b) => a.at - b.at), recorded }
}

/** A series that comes at each look of the same source stands for one that comes only when there is something to tell. */
function isJudgedBy(subjects: Subjects, { name, labels }: Recorded): boolean {
  return subjects.names.some(
    (own) => (own === name || companions[own] === name) && subjects.needs({ name: own, labels }),
  )
}
