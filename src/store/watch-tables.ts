import type { GeneratedAlways } from 'kysely'
import type { AlertSource, AlertState } from '../core/alert.ts'
import type { Severity } from '../core/words.ts'
import type { HeartbeatRow, MessageRow, MessageState, PingRow } from './watch-store.ts'

/** The tables of the watch. Times are ISO 8601 UTC texts, but for points: milliseconds since 1970, which are many. */
export interface WatchTables {
  series: { id: GeneratedAlways<number>; system: string; name: string; labels: string }
  /** The newest days; what is older is history, outside the database. */
  points: { series_id: number; at: number; value: number }
  alerts: {
    id: string
    system: string
    key: string
    source: AlertSource
    rule: string
    component: string
    labels: string
    severity: Severity
    state: AlertState
    title: string
    remedy: string | null
    value: number | null
    started_at: string
    fired_at: string | null
    resolved_at: string | null
    acknowledged_at: string | null
    acknowledged_by: string | null
    silenced_by: string | null
  }
  silences: {
    id: string
    system: string
    /** JSON: component, rule or labels that it covers. */
    matcher: string
    reason: string
    created_by: string
    starts_at: string
    ends_at: string
  }
  /** What was decided to be told, one row for each alert, change and channel. `message_id` once it is part of a message. */
  outbox: { id: string; system: string; channel: string; at: string; item: string; message_id: string | null }
  messages: {
    id: string
    system: string
    channel: string
    kind: MessageRow['kind']
    at: string
    state: MessageState
    attempts: number
    next_attempt_at: string
    /** Who is sending it now, and until when nobody else may. */
    claimed_by: string | null
    claimed_until: string | null
    last_error: string | null
    delivered_at: string | null
    /** The message that this one stands in for, on another channel. */
    fallback_of: string | null
  }
  /** When the latest message was gathered for a channel: of two processes that gather at once, one wins. */
  channel_turns: { system: string; channel: string; gathered_at: string }
  channel_proofs: { system: string; channel: string; proved_at: string; by: string }
  heartbeats: {
    system: string
    name: string
    status: HeartbeatRow['status']
    last_ping_at: string | null
    last_start_at: string | null
    last_success_at: string | null
    last_run_id: string | null
    last_duration_ms: number | null
    last_exit_code: number | null
  }
  pings: {
    id: GeneratedAlways<number>
    system: string
    heartbeat: string
    at: string
    kind: PingRow['kind']
    exit_code: number | null
    run_id: string | null
    duration_ms: number | null
    source: string
    body: string | null
  }
  /** The latest look of the watch at each step. */
  last_looks: { system: string; step: string; status: string; reason: string | null; at: string }
  /** The last sign of life of the process that watches a system. */
  watch_beats: {
    system: string
    at: string
    started_at: string
    stopped_at: string | null
    host: string
    pid: number
  }
  /** Secrets of this Vigie's own, such as that which signs links. */
  own_keys: { name: string; value: string; created_at: string }
}
