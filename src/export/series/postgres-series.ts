import type { KnownSeries } from './known-series.ts'

const of = 'by (system, component)'
const own = 'system!=""'
const sessions = `pg_stat_activity_count{${own}}`
const byState = `sum by (system, component, state) (${sessions})`

/** As the postgres checks measure, from postgres_exporter. */
export const postgresSeries: readonly KnownSeries[] = [
  { name: 'postgres_connections', labels: [], expr: `sum ${of} (${sessions})` },
  {
    name: 'postgres_connections_usable',
    labels: [],
    expr: `max ${of} (pg_settings_max_connections{${own}}) - max ${of} (pg_settings_superuser_reserved_connections{${own}})`,
  },
  {
    name: 'postgres_connections_ratio',
    labels: [],
    expr: 'postgres_connections / (postgres_connections_usable > 0)',
  },
  {
    name: 'postgres_connections_by_state',
    labels: ['state'],
    expr: `label_replace(${byState}, "state", "idle_in_transaction", "state", "idle in transaction")`,
  },
  {
    name: 'postgres_waiting_sessions',
    labels: [],
    expr: `sum ${of} (pg_stat_activity_count{${own},wait_event_type="Lock"}) or postgres_connections * 0`,
  },
]
