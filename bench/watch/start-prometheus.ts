import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startServer } from '../../test/support/prometheus.ts'
import type { Target } from './targets.ts'
import type { Workshop } from './workshop.ts'

export interface RunningPrometheus {
  readonly url: string
  /** Of Prometheus and of its exporter. */
  readonly pids: readonly number[]
}

/** Prometheus and blackbox_exporter from Debian on the same targets, with rules for what Vigie's rules watch. */
export async function startPrometheus(
  workshop: Workshop,
  targets: readonly Target[],
  alertmanagers: readonly string[] = [],
): Promise<RunningPrometheus> {
  const write = (name: string, content: object): string => {
    const file = join(workshop.dir, name)
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(content))
    return file
  }
  const modules = { http_2xx: { prober: 'http', timeout: '5s', http: { preferred_ip_protocol: 'ip4' } } }
  const exporterWords = [
    `--config.file=${write('blackbox.yml', { modules })}`,
    '--web.listen-address=127.0.0.1:0',
    '--log.level=info',
  ]
  const exporter = await startServer('blackbox-exporter', exporterWords, workshop.dir)
  workshop.atEnd(exporter.stop)
  const rules = [
    { alert: 'Down', expr: 'probe_success == 0' },
    { alert: 'Slow', expr: 'probe_duration_seconds > 2', for: '5m' },
    { alert: 'SlowForAMinute', expr: 'probe_duration_seconds > 1', for: '1m' },
  ]
  const scrape_configs = [...Map.groupBy(targets, ({ everySeconds }) => everySeconds)].map(([seconds, all]) => ({
    job_name: `every ${seconds} s`,
    scrape_interval: `${seconds}s`,
    metrics_path: '/probe',
    params: { module: ['http_2xx'] },
    static_configs: [{ targets: all.map(({ url }) => url) }],
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: new URL(exporter.url).host },
    ],
  }))
  const config = write('prometheus.yml', {
    // As often as Vigie evaluates its own.
    global: { evaluation_interval: '10s', scrape_timeout: '5s' },
    rule_files: [write('rules.yml', { groups: [{ name: 'targets', rules }] })],
    alerting: { alertmanagers: alertmanagers.map((url) => ({ static_configs: [{ targets: [new URL(url).host] }] })) },
    scrape_configs,
  })
  const words = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(workshop.dir, 'prometheus-data')}`,
    '--web.listen-address=127.0.0.1:0',
    '--log.level=info',
  ]
  const prometheus = await startServer('prometheus', words, workshop.dir)
  workshop.atEnd(prometheus.stop)
  return { url: prometheus.url, pids: [prometheus, exporter].map(({ child }) => child.pid ?? 0) }
}
