import { sha256 } from '../core/hash.ts'
import type { Tables } from './schema.ts'

/** The values of a table's columns, in an order that never changes: what was hashed once must hash alike for ever. */
const runColumns = [
  'id',
  'system',
  'routine',
  'status',
  'started_at',
  'finished_at',
  'duration_ms',
  'is_dry_run',
  'plan',
  'started_by',
  'host',
  'pid',
] as const
const stepColumns = [
  'run_id',
  'id',
  'position',
  'component',
  'kind',
  'status',
  'reason',
  'remedy',
  'started_at',
  'finished_at',
  'duration_ms',
  'attempts',
  'effect',
  'criticality',
  'measurements',
  'findings',
  'actions',
  'finding_marks',
] as const
const evidenceColumns = ['position', 'attempt', 'what', 'exit_code', 'output', 'duration_ms'] as const
const findingColumns = [
  'system',
  'fingerprint',
  'kind',
  'component',
  'step',
  'subject',
  'severity',
  'title',
  'remedy',
  'state',
  'owner',
  'due_at',
  'accepted_until',
  'accepted_by',
  'accepted_reason',
  'first_seen_at',
  'last_seen_at',
  'fixed_at',
  'times_seen',
  'revision',
  'events_digest',
] as const
const eventColumns = ['system', 'fingerprint', 'at', 'event', 'run_id', 'actor', 'detail'] as const
const planColumns = ['hash', 'id', 'system', 'routine', 'run_id', 'created_at', 'expires_at', 'content'] as const

/** Fails to compile when a table has a column that its digest leaves out. */
type Uncovered =
  | Exclude<keyof Tables['runs'], (typeof runColumns)[number]>
  | Exclude<keyof Tables['steps'], (typeof stepColumns)[number] | 'digest'>
  | Exclude<keyof Tables['evidence'], (typeof evidenceColumns)[number] | 'run_id' | 'step'>
  | Exclude<keyof Tables['findings'], (typeof findingColumns)[number]>
  | Exclude<keyof Tables['finding_events'], (typeof eventColumns)[number] | 'id'>
  | Exclude<keyof Tables['plans'], (typeof planColumns)[number] | 'approved_at' | 'approved_by' | 'used_by'>
const nothingUncovered: Uncovered extends never ? true : never = true
void nothingUncovered

export type RunColumns = Pick<Tables['runs'], (typeof runColumns)[number]>
export type StepColumns = Pick<Tables['steps'], (typeof stepColumns)[number]>
export type EvidenceColumns = Pick<Tables['evidence'], (typeof evidenceColumns)[number]>
export type FindingColumns = Pick<Tables['findings'], (typeof findingColumns)[number]>
export type EventColumns = Pick<Tables['finding_events'], (typeof eventColumns)[number]>
export type PlanColumns = Pick<Tables['plans'], (typeof planColumns)[number]>

export function runDigest(row: RunColumns): string {
  return sha256(JSON.stringify(runColumns.map((column) => row[column])))
}

/** Of a step with all that it saw: `seen` is the digest of its evidence. */
export function stepDigest(row: StepColumns, seen: string): string {
  return sha256(JSON.stringify([seen, ...stepColumns.map((column) => row[column])]))
}

/** Of the evidence of one step, in its order. */
export function evidenceDigest(rows: readonly EvidenceColumns[]): string {
  return sha256(JSON.stringify(rows.map((row) => evidenceColumns.map((column) => row[column]))))
}

/** Of all steps of a run, given by id. */
export function stepsDigest(steps: readonly { readonly id: string; readonly digest: string }[]): string {
  const sorted = steps.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  return sha256(JSON.stringify(sorted.map(({ id, digest }) => [id, digest])))
}

export function findingDigest(row: FindingColumns): string {
  return sha256(JSON.stringify(findingColumns.map((column) => row[column])))
}

/** Of the history of a finding: that of all events before, and one more. The first follows the empty text. */
export function eventsDigest(before: string, row: EventColumns): string {
  return sha256(JSON.stringify([before, ...eventColumns.map((column) => row[column])]))
}

/** Of a plan as it was shown; who approved it stands in the audit in words. */
export function planDigest(row: PlanColumns): string {
  return sha256(JSON.stringify(planColumns.map((column) => row[column])))
}
