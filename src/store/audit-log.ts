import type { JsonObject } from '../core/json.ts'

export interface AuditEntry {
  /** 1, 2, 3, … without a hole. */
  readonly seq: number
  readonly at: Date
  readonly actor: string
  /** `run.started`, `action.intent`, `action.outcome`, `plan.approved`, `finding.accepted`, … */
  readonly event: string
  readonly subject: JsonObject
  readonly previousHash: string
  /** SHA-256 of the canonical JSON of all the above. */
  readonly hash: string
}

export type AuditDraft = Pick<AuditEntry, 'at' | 'actor' | 'event' | 'subject'>

export interface AuditLog {
  /** Appends with the next number and hash; safe between processes. */
  append(draft: AuditDraft): Promise<AuditEntry>
  head(): Promise<AuditEntry | undefined>
  /** The newest entry as noted apart from the log; a log that ends before it was cut. */
  expectedHead(): Promise<{ readonly seq: number; readonly hash: string } | undefined>
  /** In order of `seq`; in pages so that a long log fits in memory. */
  entries(afterSeq: number, limit: number): Promise<readonly AuditEntry[]>
}
