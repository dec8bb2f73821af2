import type { GeneratedFile } from '../generated-file.ts'
import { ports } from '../images.ts'
import { header } from '../messages.ts'
import { toYaml } from '../to-yaml.ts'
import type { Say } from '../words.ts'
import { dashboard } from './dashboard.ts'
import * as texts from './messages.ts'
import { datasource, type PanelSpec } from './panel.ts'

const of = 'system=~"$system",component=~"$component"'
const place = '{{component}}'

const service: readonly PanelSpec[] = [
  { type: 'stat', title: texts.panelUp({}), unit: 'bool_yes_no', width: 8, queries: { [`up{${of}}`]: '{{job}}' } },
  {
    type: 'stat',
    title: texts.panelAvailability({}),
    unit: 'percentunit',
    width: 8,
    queries: { [`avg_over_time(up{${of}}[24h])`]: '{{job}}' },
  },
  {
    type: 'table',
    title: texts.panelFiring({}),
    unit: 'short',
    width: 8,
    queries: { 'ALERTS{alertstate="firing",system=~"$system"}': '{{alertname}}' },
  },
  lines(texts.panelRequests({}), 'reqps', { [`http_request_rate{endpoint="",${of}}`]: place }),
  {
    ...lines(texts.panelErrors({}), 'percentunit', { [`http_error_ratio{endpoint="",${of}}`]: `${place} {{class}}` }),
    limit: 0.01,
  },
  lines(texts.panelTimes({}), 's', { [`http_request_seconds{endpoint="",${of}}`]: `${place} p{{quantile}}` }),
  lines(texts.panelEndpoints({}), 's', {
    [`topk(10, http_request_seconds{endpoint!="",quantile="0.95",${of}})`]: `${place} {{endpoint}}`,
  }),
  lines(texts.panelVigie({}), 'short', {
    'sum by (status) (increase(vigie_checks_total{exported_system=~"$system"}[5m]) or increase(vigie_checks_total{system=~"$system"}[5m]))':
      '{{status}}',
  }),
]

const host: readonly PanelSpec[] = [
  { ...lines(texts.panelCpu({}), 'percentunit', { [`host_cpu_ratio{${of}}`]: place }), limit: 0.8 },
  { ...lines(texts.panelMemory({}), 'percentunit', { [`host_memory_ratio{${of}}`]: place }), limit: 0.85 },
  {
    ...lines(texts.panelDisk({}), 'percentunit', { [`host_disk_used_ratio{${of}}`]: `${place} {{mount}}` }),
    limit: 0.9,
  },
  lines(texts.panelDays({}), 'd', { [`host_disk_days_until_full{${of}}`]: `${place} {{mount}}` }),
  lines(texts.panelNetwork({}), 'Bps', {
    [`rate(host_network_receive_bytes_total{${of}}[5m])`]: `${place} {{interface}} ↓`,
    [`rate(host_network_transmit_bytes_total{${of}}[5m])`]: `${place} {{interface}} ↑`,
  }),
  { ...lines(texts.panelConnections({}), 'percentunit', { [`postgres_connections_ratio{${of}}`]: place }), limit: 0.8 },
  lines(texts.panelSessions({}), 'short', { [`postgres_connections_by_state{${of}}`]: `${place} {{state}}` }),
  lines(texts.panelWaiting({}), 'short', { [`postgres_waiting_sessions{${of}}`]: place }),
  lines(texts.panelSize({}), 'bytes', { [`pg_database_size_bytes{${of}}`]: `${place} {{datname}}` }),
]

/** Two dashboards and what makes Grafana find them. */
export function grafanaFiles(say: Say): readonly GeneratedFile[] {
  const comments = [say(header({}))]
  const source = { ...datasource, name: 'Prometheus', access: 'proxy', isDefault: true, editable: false }
  const provider = {
    name: 'Vigie',
    type: 'file',
    disableDeletion: true,
    allowUiUpdates: false,
    options: { path: '/etc/grafana/vigie' },
  }
  return [
    dashboard('service-health', texts.dashService({}), service, say),
    dashboard('host-and-database', texts.dashHost({}), host, say),
    {
      path: 'grafana/provisioning/datasources/vigie.yml',
      text: toYaml(
        { apiVersion: 1, datasources: [{ ...source, url: `http://127.0.0.1:${ports.prometheus}` }] },
        comments,
      ),
    },
    {
      path: 'grafana/provisioning/dashboards/vigie.yml',
      text: toYaml({ apiVersion: 1, providers: [provider] }, comments),
    },
  ]
}

function lines(title: PanelSpec['title'], unit: PanelSpec['unit'], queries: PanelSpec['queries']): PanelSpec {
  return { type: 'timeseries', title, unit, queries, width: 12 }
}
