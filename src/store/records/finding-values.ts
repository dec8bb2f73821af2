import {
  date,
  dateOr,
  iso,
  isoOrNull,
  json,
  jsonOrNull,
  orUndefined,
  parsed,
  parsedOr,
  plain,
  plainOrNull,
} from '../codec.ts'
import type { FindingRow } from '../finding-store.ts'
import type { Tables } from '../schema.ts'

export function findingValues(row: FindingRow): Omit<Tables['findings'], 'revision' | 'events_digest'> {
  return {
    system: row.system,
    fingerprint: row.fingerprint,
    kind: row.kind,
    component: row.component,
    step: row.step,
    subject: plain(row.subject),
    severity: row.severity,
    title: json(row.title),
    remedy: jsonOrNull(row.remedy),
    state: row.state,
    owner: plainOrNull(row.owner),
    due_at: isoOrNull(row.dueAt),
    accepted_until: isoOrNull(row.acceptedUntil),
    accepted_by: plainOrNull(row.acceptedBy),
    accepted_reason: plainOrNull(row.acceptedReason),
    first_seen_at: iso(row.firstSeenAt),
    last_seen_at: iso(row.lastSeenAt),
    fixed_at: isoOrNull(row.fixedAt),
    times_seen: row.timesSeen,
  }
}

export function findingOf(row: Tables['findings']): FindingRow {
  return {
    system: row.system,
    fingerprint: row.fingerprint,
    kind: row.kind,
    component: row.component,
    step: row.step,
    subject: row.subject,
    severity: row.severity,
    title: parsed(row.title),
    remedy: parsedOr(row.remedy),
    state: row.state,
    owner: orUndefined(row.owner),
    dueAt: dateOr(row.due_at),
    acceptedUntil: dateOr(row.accepted_until),
    acceptedBy: orUndefined(row.accepted_by),
    acceptedReason: orUndefined(row.accepted_reason),
    firstSeenAt: date(row.first_seen_at),
    lastSeenAt: date(row.last_seen_at),
    fixedAt: dateOr(row.fixed_at),
    timesSeen: row.times_seen,
  }
}
