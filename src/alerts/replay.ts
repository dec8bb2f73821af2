import type { Labels, Point } from '../core/series.ts'
import type { Severity } from '../core/words.ts'
import type { AlertChange } from './alert-change.ts'
import type { AlertRule } from './alert-rule.ts'
import { Evaluator } from './evaluator.ts'

export interface ReplayOptions {
  readonly rules: readonly AlertRule[]
  /** In order of time. Those before `fromMs` fill the windows: `historyNeededMs` says how many are needed. */
  readonly points: Iterable<Point>
  readonly fromMs: number
  readonly untilMs: number
  /** The daemon's own, so that it says what the daemon would have said. Default 10 s. */
  readonly stepMs?: number
}

/** One time that a rule would have fired. Times are milliseconds since 1970. */
export interface Episode {
  readonly rule: string
  readonly labels: Labels
  readonly severity: Severity
  /** Missing data, not the rule itself. */
  readonly isNoData: boolean
  readonly startedAt: number
  readonly firedAt: number
  /** Undefined: it still fired at the end. */
  readonly resolvedAt: number | undefined
  readonly durationMs: number
  /** A stronger rule fired for the same labels, so that nobody would have been told. */
  readonly isCovered: boolean
  /** What the rule saw when it fired. */
  readonly value: number | undefined
}

/** Pure: when rules would have fired over recorded points, in the order of firing. */
export function replay({ rules, points, fromMs, untilMs, stepMs = 10_000 }: ReplayOptions): readonly Episode[] {
  const recorded = points[Symbol.iterator]()
  let next = recorded.next()
  const firstMs = next.done === true ? fromMs : Math.min(fromMs, next.value.at)
  const evaluator = new Evaluator({
    system: '',
    rules,
    now: momentAt(firstMs),
    maxSeries: Number.POSITIVE_INFINITY,
    maxLabelSets: Number.POSITIVE_INFINITY,
  })
  const episodes = new Map<string, Episode>()
  for (let nowMs = firstMs; nowMs <= untilMs; nowMs = Math.min(nowMs + stepMs, Math.max(untilMs, nowMs + 1))) {
    for (; next.done !== true && next.value.at <= nowMs; next = recorded.next()) {
      evaluator.observe([next.value], momentAt(next.value.at))
    }
    for (const change of evaluator.evaluate(momentAt(nowMs))) note(episodes, change, nowMs)
  }
  return [...episodes.values()]
    .filter(({ resolvedAt }) => resolvedAt === undefined || resolvedAt >= fromMs)
    .map((episode) => ({ ...episode, durationMs: (episode.resolvedAt ?? untilMs) - episode.firedAt }))
}

function note(episodes: Map<string, Episode>, { kind, alert }: AlertChange, nowMs: number): void {
  if (kind === 'firing') {
    episodes.set(alert.id, {
      rule: alert.rule,
      labels: alert.labels,
      severity: alert.severity,
      isNoData: alert.key.startsWith('no-data:'),
      startedAt: alert.startedAt.getTime(),
      firedAt: nowMs,
      resolvedAt: undefined,
      durationMs: 0,
      isCovered: alert.silencedBy !== undefined,
      value: alert.value,
    })
  }
  const episode = episodes.get(alert.id)
  if (kind === 'resolved' && episode !== undefined) episodes.set(alert.id, { ...episode, resolvedAt: nowMs })
}

/** Recorded time is the only one that there is. */
function momentAt(ms: number) {
  return { wallMs: ms, monoMs: ms }
}
