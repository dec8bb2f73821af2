import type { Labels } from './series.ts'

/** A series as a measurement becomes it. Its value is the measurement times `factor`. */
export interface NamedSeries {
  readonly name: string
  readonly labels: Labels
  readonly factor: number
}

/**
 * The series of a check's measurement: `<kind>_<measurement>` in base units, words that both have said once.
 *
 *     host-cpu    cpu_ratio           host_cpu_ratio
 *     host-disk   used_ratio:/var     host_disk_used_ratio{mount="/var"}
 *     tcp-connect connect_ms          tcp_connect_seconds
 *
 * What reads badly that way has a name of its own below.
 *
 * @param measurement as judge names it: `latency_ms`, or `latency_ms:/path` for one of several subjects
 */
export function seriesOf(kind: string, measurement: string): NamedSeries {
  const colon = measurement.indexOf(':')
  const key = colon === -1 ? measurement : measurement.slice(0, colon)
  const subject = colon === -1 ? undefined : measurement.slice(colon + 1)
  const own = ownName(kind, subject === undefined ? key : `${key}:`) ?? ownName(kind, key)
  const { text, factor } = inBaseUnit(own ?? joined(kind, key))
  const labels = {
    ...(fixedLabels[kind] ?? {}),
    ...(subject !== undefined && { [subjectLabels[kind] ?? 'subject']: subject }),
  }
  return { name: asName(text), labels, factor }
}

/**
 * Series that come only when there is something to tell (a ratio of requests needs requests), with the one that comes at
 * each look of the same source: while that one comes, the silence of the first is no missing data.
 */
export const companions: Readonly<Record<string, string>> = {
  http_error_ratio: 'http_request_rate',
  http_request_seconds: 'http_request_rate',
  http_sse_drops: 'http_sse_up',
  http_sse_connect_seconds: 'http_sse_up',
  http_sse_first_event_seconds: 'http_sse_up',
  http_sse_gap_seconds: 'http_sse_up',
  auth_failure_ratio: 'auth_attempt_rate',
  host_disk_days_until_full: 'host_disk_used_ratio',
  host_disk_growth_bytes_per_day: 'host_disk_used_ratio',
  postgres_growth_bytes_per_day: 'postgres_size_bytes',
}

/** What sets the subjects of a kind apart. */
const subjectLabels: Readonly<Record<string, string>> = {
  'host-disk': 'mount',
  'host-network': 'interface',
  'http-latency': 'path',
  'backups-fresh': 'copied',
  'backups-size': 'copied',
  'backups-proved': 'copied',
  'postgres-connections': 'state',
  'postgres-table-sizes': 'table',
}

/** The measurement is a median. */
const fixedLabels: Readonly<Record<string, Labels>> = { 'http-latency': { quantile: '0.5' } }

/** In the unit of the measurement; a key that ends in `:` is that of its subjects. */
const ownNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'orphans-match': {
    files: 'orphans_files_seen',
    rows: 'orphans_rows_seen',
    orphan_files: 'orphans_files',
    orphan_size_bytes: 'orphans_bytes',
    missing_files: 'orphans_missing_files',
  },
  'postgres-missing-foreign-key-index': {
    foreign_keys: 'postgres_foreign_keys',
    bare_foreign_keys: 'postgres_foreign_keys_without_index',
    missing_foreign_key_indexes: 'postgres_missing_foreign_key_indexes',
  },
  'postgres-dropped-index': { dropped_indexes: 'postgres_dropped_indexes', missed_indexes: 'postgres_missed_indexes' },
  'postgres-sequential-scans': {
    large_tables: 'postgres_large_tables',
    tables_read_whole: 'postgres_tables_read_whole',
  },
  'http-status': {
    latency_ms: 'http_response_ms',
    first_byte_ms: 'http_first_byte_ms',
    http_status: 'http_status_code',
    size_bytes: 'http_response_bytes',
  },
  'http-health': { http_status: 'http_health_status_code' },
  'http-certificate': { days_left: 'certificate_days_left' },
  'tls-certificate': { days_left: 'certificate_days_left' },
  // Counters of the kernel since it started.
  'host-network': {
    rx_bytes: 'host_network_receive_bytes_total',
    tx_bytes: 'host_network_transmit_bytes_total',
    packets: 'host_network_packets_total',
    faults: 'host_network_faults_total',
  },
  'postgres-connections': {
    usable_connections: 'postgres_connections_usable',
    used_ratio: 'postgres_connections_ratio',
    'connections:': 'postgres_connections_by_state',
  },
  'postgres-reachable': { answer_ms: 'postgres_answer_ms' },
  'postgres-blocking': { waiting_sessions: 'postgres_waiting_sessions' },
  'postgres-dead-tuples': { dead_rows: 'postgres_dead_rows', worst_dead_ratio: 'postgres_worst_dead_ratio' },
  'postgres-table-sizes': {
    total_bytes: 'postgres_size_bytes',
    growth_bytes_per_day: 'postgres_growth_bytes_per_day',
    table_bytes: 'postgres_table_bytes',
    index_bytes: 'postgres_index_bytes',
  },
  'postgres-transaction-id-age': { xid_ratio: 'postgres_transaction_id_ratio' },
  'git-behind': { commits_ahead: 'git_commits_ahead', commits_behind: 'git_commits_behind' },
  'git-tag': { commits_since_tag: 'git_commits_since_tag' },
  'backups-fresh': { age_ms: 'backup_age_ms' },
  'backups-size': { bytes: 'backup_bytes', stored_bytes: 'backup_stored_bytes' },
  'backups-proved': { drill_age_ms: 'backup_drill_age_ms', rto_ms: 'backup_rto_ms', rpo_ms: 'backup_rpo_ms' },
  'files-age': { newest_age_ms: 'files_newest_age_ms' },
  // Each of these checks counts other files.
  'files-stale': { stale_files: 'files_stale_count', files: 'files_stale_seen' },
  'files-size': { files: 'files_size_count' },
  'command-run': { duration_ms: 'command_duration_ms', output_bytes: 'command_output_bytes', value: 'command_value' },
}

function ownName(kind: string, key: string): string | undefined {
  const names = ownNames[kind]
  return names !== undefined && Object.hasOwn(names, key) ? names[key] : undefined
}

/** Kind and measurement, the words at the seam once: `host_cpu` and `cpu_ratio` are `host_cpu_ratio`. */
function joined(kind: string, measurement: string): string {
  const [left, right] = [kind.split('-'), measurement.split('_')]
  for (let shared = Math.min(left.length, right.length); shared > 0; shared--) {
    if (left.slice(-shared).join('_') === right.slice(0, shared).join('_'))
      return [...left, ...right.slice(shared)].join('_')
  }
  return [...left, ...right].join('_')
}

function inBaseUnit(name: string): { readonly text: string; readonly factor: number } {
  if (name.endsWith('_ms')) return { text: `${name.slice(0, -2)}seconds`, factor: 1 / 1000 }
  if (name.endsWith('_percent')) return { text: `${name.slice(0, -7)}ratio`, factor: 1 / 100 }
  return { text: name, factor: 1 }
}

/** As OpenMetrics allows it. */
function asName(text: string): string {
  const name = text.replace(/[^a-zA-Z0-9_]/g, '_')
  return /^[0-9]/.test(name) ? `_${name}` : name
}
