/** The images of the stack, pinned: an update is a change that somebody makes. */
export const images = {
  prometheus: 'prom/prometheus:v3.5.0',
  alertmanager: 'prom/alertmanager:v0.28.1',
  grafana: 'grafana/grafana:12.1.1',
  'node-exporter': 'prom/node-exporter:v1.9.1',
  'postgres-exporter': 'prometheuscommunity/postgres-exporter:v0.17.1',
} as const

/** Where each listens, on loopback. The first of several postgres-exporters; the others follow. */
export const ports = {
  prometheus: 9090,
  alertmanager: 9093,
  grafana: 3000,
  'node-exporter': 9100,
  'postgres-exporter': 9187,
} as const
