import type { System } from '../config/system.ts'
import type { Text } from '../core/message.ts'
import { findKnown } from './known-series.ts'
import { madeByVigie, notLookedAt, sqlMetric } from './messages.ts'
import { monitoredOf } from './monitored.ts'
import { countedByVigie } from './series/request-counters.ts'

/** A series of a rule as Prometheus has it, or why it has none. */
export type Counterpart =
  | {
      /** Labels beside `system` and `component`; undefined when they are those of somebody else's series. */
      readonly labels: readonly string[] | undefined
      /** Whether its series have the label `system`. */
      readonly isOfSystem: boolean
      /** What has the name of another there, and is summed: which of its series, in PromQL. */
      readonly counted?: string
    }
  | { readonly reason: Text }

/** What Vigie tells at its own `/metrics`. */
const exposed =
  /^vigie_(?:build_info|start_time_seconds|process_\w+|checks_total|schedule_lag_seconds_\w+|alerts|outbox_messages|deliveries_total|pings_total|http_requests_total)$/

/** First words of what only Vigie's own looks measure. */
const measured =
  /^(?:(?:host|tcp|tls|certificate|files|git|command|runtime|postgres|backup|auth|vigie)_|http_(?:response_seconds|response_bytes|first_byte_|status_code|health_|latency_|sse_))/

export function counterpartOf(name: string, system: System): Counterpart {
  const { services, hosts, databases } = monitoredOf([system])
  const isThere = { host: hosts.length > 0, http: services.length > 0, postgres: databases.length > 0 }
  const counted = countedByVigie[name]
  if (counted !== undefined && isThere.http) return { labels: counted.labels, isOfSystem: true, counted: counted.match }
  const known = findKnown(name)
  if (known !== undefined) {
    if (isThere[known.source]) return { labels: known.labels, isOfSystem: true }
    return { reason: notLookedAt({ series: name, kind: known.source }) }
  }
  if (exposed.test(name)) return { labels: undefined, isOfSystem: false }
  if (sqlNames(system).includes(name)) return { reason: sqlMetric({ series: name }) }
  if (measured.test(name)) return { reason: madeByVigie({ series: name }) }
  // A service's own series has its own name there.
  return isThere.http
    ? { labels: undefined, isOfSystem: true }
    : { reason: notLookedAt({ series: name, kind: 'http' }) }
}

function sqlNames({ components }: System): readonly string[] {
  return components.flatMap(({ options }) => {
    const named = typeof options === 'object' && options !== null && 'metrics' in options ? options.metrics : undefined
    return typeof named === 'object' && named !== null ? Object.keys(named) : []
  })
}
