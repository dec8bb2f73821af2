import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { everyKind } from '../catalog.ts'
import { seriesKey } from './series.ts'
import { seriesOf } from './series-names.ts'

/** Every measurement of every check kind, with its series; and which file gives it its name. */
const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'host-cpu': { cpu_ratio: 'host_cpu_ratio' },
  'host-load': {
    load_1m_ratio: 'host_load_1m_ratio',
    load_5m_ratio: 'host_load_5m_ratio',
    load_15m_ratio: 'host_load_15m_ratio',
    processors: 'host_load_processors',
  },
  'host-memory': {
    memory_ratio: 'host_memory_ratio',
    available_bytes: 'host_memory_available_bytes',
    total_bytes: 'host_memory_total_bytes',
  },
  'host-swap': { swap_ratio: 'host_swap_ratio' },
  'host-network': {
    'rx_bytes:eth0': 'host_network_receive_bytes_total{interface="eth0"}',
    'tx_bytes:eth0': 'host_network_transmit_bytes_total{interface="eth0"}',
    'packets:eth0': 'host_network_packets_total{interface="eth0"}',
    'faults:eth0': 'host_network_faults_total{interface="eth0"}',
  },
  'host-disk': {
    'used_ratio:/var': 'host_disk_used_ratio{mount="/var"}',
    'used_bytes:/var': 'host_disk_used_bytes{mount="/var"}',
    'free_bytes:/': 'host_disk_free_bytes{mount="/"}',
    'inodes_ratio:/': 'host_disk_inodes_ratio{mount="/"}',
    'growth_bytes_per_day:/': 'host_disk_growth_bytes_per_day{mount="/"}',
    'days_until_full:/srv/a:b': 'host_disk_days_until_full{mount="/srv/a:b"}',
  },
  'host-reboot-required': {},
  'host-systemd-units': {},
  'http-status': {
    latency_ms: 'http_response_seconds',
    first_byte_ms: 'http_first_byte_seconds',
    http_status: 'http_status_code',
    size_bytes: 'http_response_bytes',
  },
  'http-health': { latency_ms: 'http_health_latency_seconds', http_status: 'http_health_status_code' },
  'http-latency': { 'latency_ms:/login': 'http_latency_seconds{path="/login",quantile="0.5"}' },
  'http-sse': {
    up: 'http_sse_up',
    drops: 'http_sse_drops',
    connect_ms: 'http_sse_connect_seconds',
    first_event_ms: 'http_sse_first_event_seconds',
    gap_ms: 'http_sse_gap_seconds',
  },
  'http-certificate': { days_left: 'certificate_days_left' },
  'tls-certificate': { days_left: 'certificate_days_left' },
  'tcp-connect': { connect_ms: 'tcp_connect_seconds' },
  'files-stale': {
    stale_files: 'files_stale_count',
    stale_bytes: 'files_stale_bytes',
    files: 'files_stale_seen',
  },
  'files-size': { size_bytes: 'files_size_bytes', files: 'files_size_count' },
  'files-age': { newest_age_ms: 'files_newest_age_seconds', files: 'files_age_files' },
  'files-permissions': { open_files: 'files_permissions_open_files' },
  'command-run': {
    duration_ms: 'command_duration_seconds',
    output_bytes: 'command_output_bytes',
    value: 'command_value',
  },
  'git-clean': {
    changed_files: 'git_clean_changed_files',
    untracked_files: 'git_clean_untracked_files',
    conflicts: 'git_clean_conflicts',
  },
  'git-behind': { commits_ahead: 'git_commits_ahead', commits_behind: 'git_commits_behind' },
  'git-tag': { commits_since_tag: 'git_commits_since_tag' },
  'runtime-end-of-life': {},
  'postgres-reachable': { answer_ms: 'postgres_answer_seconds' },
  'postgres-version': { days_left: 'postgres_version_days_left' },
  'postgres-connections': {
    connections: 'postgres_connections',
    usable_connections: 'postgres_connections_usable',
    used_ratio: 'postgres_connections_ratio',
    'connections:idle_in_transaction': 'postgres_connections_by_state{state="idle_in_transaction"}',
    pool_ratio: 'postgres_connections_pool_ratio',
    pgbouncer_waiting_clients: 'postgres_connections_pgbouncer_waiting_clients',
    pgbouncer_longest_wait_ms: 'postgres_connections_pgbouncer_longest_wait_seconds',
    pgbouncer_used_ratio: 'postgres_connections_pgbouncer_used_ratio',
    pgbouncer_clients_ratio: 'postgres_connections_pgbouncer_clients_ratio',
  },
  'postgres-sequences': {
    sequences: 'postgres_sequences',
    unseen_sequences: 'postgres_sequences_unseen_sequences',
    fullest_ratio: 'postgres_sequences_fullest_ratio',
  },
  'postgres-checksums': { failures: 'postgres_checksums_failures' },
  'postgres-archiver': {
    failures: 'postgres_archiver_failures',
    ready_files: 'postgres_archiver_ready_files',
    oldest_ready_ms: 'postgres_archiver_oldest_ready_seconds',
    last_archived_age_ms: 'postgres_archiver_last_archived_age_seconds',
  },
  'postgres-replication': {
    receivers: 'postgres_replication_receivers',
    missing_receivers: 'postgres_replication_missing_receivers',
    lag_ms: 'postgres_replication_lag_seconds',
    lag_bytes: 'postgres_replication_lag_bytes',
    slot_held_bytes: 'postgres_replication_slot_held_bytes',
  },
  'postgres-changes': { changes: 'postgres_changes', pending_restarts: 'postgres_changes_pending_restarts' },
  'postgres-long-statements': { long_statements: 'postgres_long_statements' },
  'postgres-statements': {
    statements: 'postgres_statements',
    slower_statements: 'postgres_statements_slower_statements',
    repeated_statements: 'postgres_statements_repeated_statements',
  },
  'postgres-blocking': { waiting_sessions: 'postgres_waiting_sessions' },
  'postgres-idle-in-transaction': { idle_in_transaction: 'postgres_idle_in_transaction' },
  'postgres-dead-tuples': { dead_rows: 'postgres_dead_rows', worst_dead_ratio: 'postgres_worst_dead_ratio' },
  'postgres-vacuum': {
    tables: 'postgres_vacuum_tables',
    neglected_tables: 'postgres_vacuum_neglected_tables',
    never_vacuumed_tables: 'postgres_vacuum_never_vacuumed_tables',
    longest_without_vacuum_ms: 'postgres_vacuum_longest_without_vacuum_seconds',
    oldest_table_xid_age: 'postgres_vacuum_oldest_table_xid_age',
  },
  'postgres-transaction-id-age': { xid_ratio: 'postgres_transaction_id_ratio' },
  'postgres-table-sizes': {
    total_bytes: 'postgres_size_bytes',
    growth_bytes_per_day: 'postgres_growth_bytes_per_day',
    'table_bytes:public.users': 'postgres_table_bytes{table="public.users"}',
    'index_bytes:public.users': 'postgres_index_bytes{table="public.users"}',
  },
  'postgres-unused-index': {
    indexes: 'postgres_unused_index_indexes',
    unused_indexes: 'postgres_unused_index_unused_indexes',
    reclaimable_bytes: 'postgres_unused_index_reclaimable_bytes',
  },
  'postgres-duplicate-index': { duplicate_indexes: 'postgres_duplicate_index_duplicate_indexes' },
  'postgres-overlapping-index': { overlapping_indexes: 'postgres_overlapping_index_overlapping_indexes' },
  'postgres-bloat': {
    bloat_bytes: 'postgres_bloat_bytes',
    looked_at_bytes: 'postgres_bloat_looked_at_bytes',
    not_judged_bytes: 'postgres_bloat_not_judged_bytes',
  },
  'postgres-autovacuum': {
    due_tables: 'postgres_autovacuum_due_tables',
    late_tables: 'postgres_autovacuum_late_tables',
    longest_wait_ms: 'postgres_autovacuum_longest_wait_seconds',
  },
  'postgres-sequential-scans': {
    large_tables: 'postgres_large_tables',
    tables_read_whole: 'postgres_tables_read_whole',
  },
  'postgres-missing-foreign-key-index': {
    foreign_keys: 'postgres_foreign_keys',
    bare_foreign_keys: 'postgres_foreign_keys_without_index',
    missing_foreign_key_indexes: 'postgres_missing_foreign_key_indexes',
  },
  'postgres-dropped-index': { dropped_indexes: 'postgres_dropped_indexes', missed_indexes: 'postgres_missed_indexes' },
  'postgres-consistency': {
    rules: 'postgres_consistency_rules',
    violated_rules: 'postgres_consistency_violated_rules',
  },
  'config-set-changed': { configs: 'config_set_changed_configs', size_bytes: 'config_set_changed_size_bytes' },
  'backups-verify': { backups: 'backups_verify_backups', damaged_backups: 'backups_verify_damaged_backups' },
  'backups-fresh': { 'age_ms:db': 'backup_age_seconds{copied="db"}' },
  'backups-size': {
    'bytes:db': 'backup_bytes{copied="db"}',
    'stored_bytes:db': 'backup_stored_bytes{copied="db"}',
  },
  'backups-proved': {
    'drill_age_ms:db': 'backup_drill_age_seconds{copied="db"}',
    rto_ms: 'backup_rto_seconds',
    rpo_ms: 'backup_rpo_seconds',
  },
  migrations: {
    pending_count: 'migrations_pending_count',
    failed_count: 'migrations_failed_count',
    drifted_count: 'migrations_drifted_count',
    unknown_count: 'migrations_unknown_count',
  },
  'orphans-match': {
    files: 'orphans_files_seen',
    rows: 'orphans_rows_seen',
    orphan_files: 'orphans_files',
    orphan_size_bytes: 'orphans_bytes',
    missing_files: 'orphans_missing_files',
  },
  'postgres-invalid-index': { invalid_indexes: 'postgres_invalid_index_invalid_indexes' },
}

const sources = join(import.meta.dirname, '..')
/** Where checks that are no integration's stand. */
const ofData: Readonly<Record<string, string>> = {
  migrations: 'data/migrations/check.ts',
  'orphans-match': 'data/orphans/checks/match.ts',
  ...Object.fromEntries(
    ['verify', 'fresh', 'size', 'proved'].map((check) => [`backups-${check}`, `backups/checks/${check}.ts`]),
  ),
}

describe('the series of a measurement', () => {
  for (const [kind, measurements] of Object.entries(table)) {
    for (const [measurement, wanted] of Object.entries(measurements)) {
      it(`${measurement} of ${kind} is ${wanted}`, () => {
        const { name, labels } = seriesOf(kind, measurement)
        assert.equal(seriesKey(name, labels), wanted)
      })
    }
  }

  it('is in its base unit', () => {
    assert.equal(seriesOf('http-status', 'latency_ms').factor, 0.001)
    assert.equal(seriesOf('team-x', 'idle_percent').factor, 0.01)
    assert.equal(seriesOf('host-disk', 'days_until_full:/').factor, 1)
    assert.equal(seriesOf('host-cpu', 'cpu_ratio').factor, 1)
  })

  it('is known for every check kind that there is, by the names that its source gives', async () => {
    for (const { kind: component, checks } of await everyKind()) {
      for (const { kind } of checks) {
        const known = table[kind]
        assert.ok(known !== undefined, `say here which series ${kind} gives`)
        const file = kind.slice(component.length + 1)
        const shared = ['postgres/indexes/index-texts', 'command/judge-run', 'host/texts'].map(
          (path) => `integrations/${path}.ts`,
        )
        const own = ofData[kind] ?? `integrations/${component}/checks/${file}.ts`
        const paths = [own, ...shared].map((path) => join(sources, path))
        const texts = (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('\n')
        const isInCore = kind.endsWith('-certificate')
        for (const measurement of Object.keys(known)) {
          const key = measurement.split(':')[0] ?? ''
          assert.ok(isInCore || new RegExp(`\\b${key}\\b`).test(texts), `${kind} gives ${key}`)
        }
      }
    }
  })

  it('is that of no other measurement of a component', () => {
    const all = Object.entries(table).flatMap(([kind, measurements]) =>
      Object.keys(measurements).map((measurement) => ({ kind, ...seriesOf(kind, measurement) })),
    )
    for (const one of all) {
      const twins = all.filter(({ name, kind }) => name === one.name && kind.split('-')[0] === one.kind.split('-')[0])
      assert.equal(twins.length, 1, one.name)
    }
  })

  it('has a name that OpenMetrics allows, whatever a team calls its kinds and measurements', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (kind, measurement) => {
        const { name } = seriesOf(`${kind}-x`, measurement)
        assert.match(name, /^[a-zA-Z_][a-zA-Z0-9_]*$/)
      }),
    )
  })
})
