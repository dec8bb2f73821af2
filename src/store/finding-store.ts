import type { JsonObject } from '../core/json.ts'
import type { Text } from '../core/message.ts'
import type { FindingState, Severity } from '../core/words.ts'

export interface FindingRow {
  readonly system: string
  readonly fingerprint: string
  readonly kind: string
  readonly component: string
  /** The step that looks for it, so that it can be looked at again. */
  readonly step: string
  readonly subject: string
  readonly severity: Severity
  readonly title: Text
  readonly remedy: Text | undefined
  readonly state: FindingState
  readonly owner: string | undefined
  readonly dueAt: Date | undefined
  readonly acceptedUntil: Date | undefined
  readonly acceptedBy: string | undefined
  readonly acceptedReason: string | undefined
  readonly firstSeenAt: Date
  readonly lastSeenAt: Date
  readonly fixedAt: Date | undefined
  readonly timesSeen: number
}

/** One thing that happened to a finding, in order. */
export interface FindingEventRow {
  readonly system: string
  readonly fingerprint: string
  readonly at: Date
  readonly event:
    | 'opened'
    | 'back'
    | 'fixed'
    /** Closed because no step looks for it any more. */
    | 'withdrawn'
    | 'accepted'
    | 'acceptance-ended'
    | 'assigned'
    | 'severity-changed'
  readonly runId: string | undefined
  readonly actor: string | undefined
  readonly detail: JsonObject
}

/** What a look changes: rows as they are from now on, and what happened to them. */
export interface FindingChanges {
  readonly rows: readonly FindingRow[]
  readonly events: readonly FindingEventRow[]
}

/** A look for the findings of one kind on one component. */
export interface FindingLook {
  readonly system: string
  readonly kind: string
  readonly component: string
  /** Gets those findings as they stand, in any state, and is asked again when another process was faster. Pure. */
  settle(known: readonly FindingRow[]): FindingChanges
}

/** What was decided about a finding, apart from any look. */
export interface FindingDecision extends Omit<FindingEventRow, 'runId' | 'actor'> {
  readonly actor: string
  readonly runId?: string
  /**
   * Gets the finding as it stands, and is asked again when another process was faster. Undefined: nothing is left to
   * decide. What it throws ends the decision.
   */
  change(row: FindingRow): Partial<FindingRow> | undefined
}

export interface FindingStore {
  list(filter: {
    system?: string
    component?: string
    states?: readonly FindingState[]
  }): Promise<readonly FindingRow[]>
  /** By whole fingerprint or its unambiguous beginning; several when it is ambiguous. */
  find(prefix: string): Promise<readonly FindingRow[]>
  /**
   * Changes the finding as it stands, beside whatever runs make of it, with its event and its entry in the audit
   * (`finding.accepted`, …), and gives what stands then. Undefined when there is no such finding.
   */
  decide(decision: FindingDecision): Promise<FindingRow | undefined>
  /** Oldest first. */
  events(system: string, fingerprint: string): Promise<readonly FindingEventRow[]>
}
