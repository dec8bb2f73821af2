import { createSelfMetrics, type SelfMetrics } from './self-metrics.ts'

/** What the daemon tells about itself. Each value is got once with `of(…)` and kept where it is fed. */
export interface WatchMetrics {
  readonly registry: SelfMetrics
  /** Labels: system, status. */
  readonly checks: ReturnType<SelfMetrics['counter']>
  /** Seconds from when a look was due to when it began. */
  readonly scheduleLag: ReturnType<SelfMetrics['histogram']>
  /** Labels: state (pending, firing). */
  readonly alerts: ReturnType<SelfMetrics['gauge']>
  /** What is to be told and is not delivered yet. */
  readonly outbox: ReturnType<SelfMetrics['gauge']>
  /** Labels: channel, outcome (delivered, refused, given-up). */
  readonly deliveries: ReturnType<SelfMetrics['counter']>
  /** Labels: outcome (kept, unknown, limited, failed). */
  readonly pings: ReturnType<SelfMetrics['counter']>
  /** Labels: route, status. */
  readonly requests: ReturnType<SelfMetrics['counter']>
}

/** @param startedAt when this process began to watch */
export function createWatchMetrics(version: string, startedAt: Date): WatchMetrics {
  const registry = createSelfMetrics()
  registry.gauge('vigie_build_info', 'The version that runs, as a label.', ['version']).of(version).set(1)
  registry
    .gauge('vigie_start_time_seconds', 'When it began to watch.')
    .of()
    .set(startedAt.getTime() / 1000)
  registry.read('gauge', 'vigie_process_resident_memory_bytes', 'Memory that the process holds.', () =>
    process.memoryUsage.rss(),
  )
  registry.read('counter', 'vigie_process_cpu_seconds_total', 'Processor time that the process used.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  return {
    registry,
    checks: registry.counter('vigie_checks_total', 'Checks that looked, by how they ended.', ['system', 'status']),
    scheduleLag: registry.histogram(
      'vigie_schedule_lag_seconds',
      'From when a look was due to when it began.',
      [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    ),
    alerts: registry.gauge('vigie_alerts', 'Alerts that are not over.', ['state']),
    outbox: registry.gauge('vigie_outbox_messages', 'What is to be told and is not delivered yet.'),
    deliveries: registry.counter('vigie_deliveries_total', 'Attempts to deliver a message, by how they ended.', [
      'channel',
      'outcome',
    ]),
    pings: registry.counter('vigie_pings_total', 'Pings of jobs that run elsewhere.', ['outcome']),
    requests: registry.counter('vigie_http_requests_total', 'Requests that were answered.', ['route', 'status']),
  }
}
