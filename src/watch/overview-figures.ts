import * as titles from '../api/figure-titles.ts'
import type { FigureUnit } from '../api/overview.ts'
import type { Text } from '../core/message.ts'
import type { Labels } from '../core/series.ts'

/** A series that the page at `/` shows of each component that has it. */
export interface Figure {
  readonly title: Text
  readonly unit: FigureUnit
  /** The check or collector that it comes from, which says how often. */
  readonly kind: string
  readonly isNamed: (name: string) => boolean
  /** What its labels must be, beside the component. */
  readonly labels: Labels
  /** Whether series with other labels as well are shown too, each for itself. */
  readonly isSplit: boolean
  /** What stands for a step of time: percentiles and ratios cannot be averaged, so that the worst one does. */
  readonly of: 'mean' | 'max'
}

const users = /^(?:\w+_)?active_(?:users|sessions)(?:_\w+)?$/

function figure(
  kind: string,
  name: string,
  unit: FigureUnit,
  title: Text,
  given: Partial<Pick<Figure, 'labels' | 'isSplit' | 'of' | 'isNamed'>> = {},
): Figure {
  const plain = { isNamed: (one: string) => one === name, labels: {}, isSplit: false, of: 'mean' } as const
  return { title, unit, kind, ...plain, ...given }
}

/** In the order of the page. */
export const figures: readonly Figure[] = [
  ...[50, 95, 99].map((share) =>
    figure('http-metrics', 'http_request_seconds', 'seconds', titles.responseTime({ share }), {
      labels: { quantile: String(share / 100) },
      of: 'max',
    }),
  ),
  figure('http-metrics', 'http_request_rate', 'per-second', titles.requestRate({})),
  ...['4xx', '5xx'].map((one) =>
    figure('http-metrics', 'http_error_ratio', 'ratio', titles.errorRatio({ class: one }), {
      labels: { class: one },
      of: 'max',
    }),
  ),
  figure('http-metrics', 'auth_success_rate', 'per-minute', titles.authSuccesses({})),
  figure('http-metrics', 'auth_failure_rate', 'per-minute', titles.authFailures({})),
  figure('http-metrics', 'active_users', 'count', titles.activeUsers({}), {
    isNamed: (name) => users.test(name),
    isSplit: true,
    of: 'max',
  }),
  figure('http-health', 'http_health_latency_seconds', 'seconds', titles.healthLatency({}), { of: 'max' }),
  figure('http-status', 'http_response_seconds', 'seconds', titles.statusLatency({}), { of: 'max' }),
  figure('host-cpu', 'host_cpu_ratio', 'ratio', titles.processors({}), { of: 'max' }),
  figure('host-memory', 'host_memory_ratio', 'ratio', titles.memory({}), { of: 'max' }),
  figure('postgres-connections', 'postgres_connections_ratio', 'ratio', titles.connections({}), { of: 'max' }),
]
