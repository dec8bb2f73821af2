import type { GeneratedAlways } from 'kysely'
import type { BackupStatus, DrillRecord } from '../core/backup-record.ts'
import type { Criticality, Effect, FindingState, RunStatus, Severity, StepStatus } from '../core/words.ts'
import type { FindingEventRow } from './finding-store.ts'
import type { WatchTables } from './watch-tables.ts'

/** The tables, alike in both dialects: times are ISO 8601 UTC texts (they sort), members with a shape are JSON texts, and words those that the store itself wrote. */
export interface Tables extends WatchTables {
  runs: {
    id: string
    system: string
    routine: string
    status: RunStatus
    started_at: string
    finished_at: string | null
    duration_ms: number | null
    is_dry_run: number
    plan: string | null
    started_by: string
    host: string
    pid: number
  }
  steps: {
    run_id: string
    id: string
    position: number
    component: string
    kind: string
    status: StepStatus
    reason: string | null
    remedy: string | null
    started_at: string | null
    finished_at: string | null
    duration_ms: number | null
    attempts: number
    effect: Effect
    criticality: Criticality
    measurements: string
    findings: string
    actions: string
    /** What it made of findings: `[fingerprint, revision, digest]` each. */
    finding_marks: string
    /** Of the row and its evidence. */
    digest: string
  }
  /** Which run gave the newest result of a step, so that a status needs no look through all history. */
  last_results: { system: string; step: string; run_id: string; finished_at: string }
  evidence: {
    run_id: string
    step: string
    position: number
    attempt: number
    what: string
    exit_code: number | null
    output: string | null
    duration_ms: number | null
  }
  /** What steps saw as a whole; `body` is JSON, deflated, in base64. */
  snapshots: { system: string; component: string; name: string; at: string; body: string }
  /** `parts` is JSON. */
  backups: {
    system: string
    id: string
    entry: string
    run: string
    place: string
    started_at: string
    finished_at: string | null
    status: BackupStatus
    parts: string
    manifest_sha256: string | null
    base: string | null
    proved_at: string | null
    removed_at: string | null
  }
  /** `assertions` and `failure` are JSON. */
  drills: {
    system: string
    id: string
    entry: string
    run: string
    backup: string
    started_at: string
    finished_at: string
    status: DrillRecord['status']
    rto_ms: number | null
    rpo_ms: number | null
    assertions: string
    failure: string | null
  }
  measurements: { system: string; step: string; name: string; at: string; value: number }
  findings: {
    system: string
    fingerprint: string
    kind: string
    component: string
    step: string
    subject: string
    severity: Severity
    title: string
    remedy: string | null
    state: FindingState
    owner: string | null
    due_at: string | null
    accepted_until: string | null
    accepted_by: string | null
    accepted_reason: string | null
    first_seen_at: string
    last_seen_at: string
    fixed_at: string | null
    times_seen: number
    /** Counts the changes of the row: who read another one must read again. */
    revision: number
    /** Of its events, one after the other. */
    events_digest: string
  }
  finding_events: {
    id: GeneratedAlways<number>
    system: string
    fingerprint: string
    at: string
    event: FindingEventRow['event']
    run_id: string | null
    actor: string | null
    detail: string
  }
  plans: {
    hash: string
    id: string
    system: string
    routine: string
    run_id: string | null
    created_at: string
    expires_at: string
    content: string
    approved_at: string | null
    approved_by: string | null
    used_by: string | null
  }
  sign_offs: { id: GeneratedAlways<number>; system: string; step: string; at: string; by: string; note: string }
  first_seen: { system: string; step: string; at: string }
  leases: {
    name: string
    holder: string
    host: string
    pid: number
    place: string | null
    acquired_at: string
    expires_at: string
  }
  audit: {
    seq: number
    at: string
    actor: string
    event: string
    subject: string
    previous_hash: string
    hash: string
  }
  audit_head: { id: number; seq: number; hash: string }
}
