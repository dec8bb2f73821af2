import type { JsonObject, JsonValue } from '../core/json.ts'
import type { Text } from '../core/message.ts'
import type { Criticality, Effect, FindingState, RunStatus, Severity, StepStatus } from '../core/words.ts'
import type { AlertStore, HeartbeatStore, OutboxStore, OwnKeyStore, SeriesStore, SilenceStore } from './watch-store.ts'

export interface RunRow {
  readonly id: string
  readonly system: string
  readonly routine: string
  readonly status: RunStatus
  readonly startedAt: Date
  readonly finishedAt: Date | undefined
  readonly durationMs: number | undefined
  readonly isDryRun: boolean
  /** The plan this run made or was approved by. */
  readonly plan: string | undefined
  /** `cli`, `schedule`, a person's name. */
  readonly startedBy: string
  readonly host: string
  readonly pid: number
}

export interface StoredAction {
  readonly summary: Text
  readonly effect: Effect
  readonly target: string
  readonly bytes: number | undefined
  /** planned until it was tried; unknown when an intent has no outcome. */
  readonly status: 'planned' | 'done' | 'unchanged' | 'skipped' | 'failed' | 'unknown'
  readonly note: Text | undefined
}

export interface EvidenceRow {
  readonly attempt: number
  readonly what: string
  readonly exitCode: number | undefined
  readonly output: string | undefined
  readonly durationMs: number | undefined
}

export interface StepRow {
  readonly runId: string
  /** `component/name`, unique in a run. */
  readonly id: string
  /** Place in the run, from 0. */
  readonly position: number
  readonly component: string
  readonly kind: string
  readonly status: StepStatus
  readonly reason: Text | undefined
  readonly remedy: Text | undefined
  readonly startedAt: Date | undefined
  readonly durationMs: number | undefined
  readonly attempts: number
  readonly effect: Effect
  readonly criticality: Criticality
  readonly measurements: Readonly<Record<string, number>>
  /** Fingerprints. */
  readonly findings: readonly string[]
  readonly actions: readonly StoredAction[]
}

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

export interface PlanRow {
  /** The first 10 hexadecimal digits of `hash`. */
  readonly id: string
  /** Of this showing: what is shown again has another. */
  readonly hash: string
  readonly system: string
  readonly routine: string
  /** The run that showed it. */
  readonly runId: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date
  /** The steps and their actions as shown, for people. */
  readonly content: JsonValue
  readonly approvedAt: Date | undefined
  readonly approvedBy: string | undefined
  /** Set once by the run that used the approval: one approval, one run. */
  readonly usedBy: string | undefined
}

export interface SignOffRow {
  readonly system: string
  readonly step: string
  readonly at: Date
  readonly by: string
  readonly note: string
}

export interface LeaseRow {
  readonly name: string
  readonly holder: string
  readonly host: string
  readonly pid: number
  /** Where `pid` means something: one boot of one machine, one process name space. Undefined where nothing tells. */
  readonly place: string | undefined
  readonly acquiredAt: Date
  readonly expiresAt: Date
}

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

/** What became known when a step ended. */
export interface StepRecord {
  readonly step: StepRow
  /** Takes the place of the evidence kept before. */
  readonly evidence: readonly EvidenceRow[]
  readonly findings?: FindingLook
}

/**
 * What begins or ends a run writes its entry in the audit in the same transaction: `run.started`, `run.finished`,
 * `run.interrupted`. The last two hold digests of all that the run recorded.
 */
export interface RunStore {
  create(run: RunRow, steps: readonly StepRow[]): Promise<void>
  /**
   * Keeps steps of one run with all that belongs to them in one transaction; what this returned from survives a crash.
   * Throws `locked` when the run is not running any more.
   */
  recordSteps(records: readonly StepRecord[]): Promise<void>
  /** False when it was not running any more. */
  finish(
    id: string,
    end: Pick<RunRow, 'status' | 'durationMs' | 'plan'> & { readonly finishedAt: Date },
  ): Promise<boolean>
  /** Marks the run interrupted, and its steps that had not ended (`pending`). False when it was not running any more. */
  markInterrupted(id: string, at: Date): Promise<boolean>
  get(id: string): Promise<RunRow | undefined>
  /** Newest first. */
  list(filter: {
    system?: string
    routine?: string
    statuses?: readonly RunStatus[]
    isDryRun?: boolean
    limit: number
  }): Promise<readonly RunRow[]>
  steps(runId: string): Promise<readonly StepRow[]>
  evidence(runId: string, step: string): Promise<readonly EvidenceRow[]>
  /** The newest ended outcome of each step of a system, dry runs left out. */
  lastResults(system: string): Promise<readonly (StepRow & { readonly finishedAt: Date; readonly routine: string })[]>
}

/** The figures of steps that ended, dry runs left out, as series. */
export interface MeasurementStore {
  /** Oldest first. */
  series(key: {
    system: string
    step: string
    name: string
    since: Date
  }): Promise<readonly { at: Date; value: number }[]>
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

export interface PlanStore {
  /** Keeps a plan that is new, with its entry `plan.shown`: none is ever renewed. Rejects a hash that is there. */
  save(plan: PlanRow): Promise<void>
  find(prefix: string): Promise<readonly PlanRow[]>
  /**
   * Approves a plan and uses the approval up, with its entry `plan.approved`: true for one caller only, and only until
   * the plan expires.
   */
  use(hash: string, approval: { readonly runId: string; readonly by: string; readonly at: Date }): Promise<boolean>
}

export interface SignOffStore {
  /** With its entry `step.signed`. */
  add(row: SignOffRow): Promise<void>
  /** The newest of each step. */
  latest(system: string): Promise<readonly SignOffRow[]>
  /**
   * When a step was first heard of, recorded at the first call with an entry `steps.first-seen`: a step that never ran
   * is overdue from then on.
   */
  firstSeen(system: string, steps: readonly string[], now: Date): Promise<ReadonlyMap<string, Date>>
}

export interface LeaseStore {
  /** Takes a free or expired lease, or one whose holder is `replaceable`; undefined when taken, else the present holder. */
  acquire(lease: LeaseRow, replaceable?: (current: LeaseRow) => boolean): Promise<LeaseRow | undefined>
  /** False when it is no longer ours. */
  renew(name: string, holder: string, expiresAt: Date): Promise<boolean>
  release(name: string, holder: string): Promise<void>
  list(): Promise<readonly LeaseRow[]>
}

export interface AuditLog {
  /** Appends with the next number and hash; safe between processes. */
  append(draft: AuditDraft): Promise<AuditEntry>
  head(): Promise<AuditEntry | undefined>
  /** The newest entry as noted apart from the log; a log that ends before it was cut. */
  expectedHead(): Promise<{ readonly seq: number; readonly hash: string } | undefined>
  /** In order of `seq`; in pages so that a long log fits in memory. */
  entries(afterSeq: number, limit: number): Promise<readonly AuditEntry[]>
}

/** A record that is not as the audit says. */
export interface RecordProblem {
  /** The entry that tells of it; undefined when several do, or none. */
  readonly seq: number | undefined
  readonly what:
    | 'run'
    | 'steps-of-run'
    | 'step'
    | 'evidence'
    | 'measurement'
    | 'last-result'
    | 'finding'
    | 'finding-history'
    | 'sign-off'
    | 'plan'
    | 'approval'
    | 'first-seen'
  /** unrecorded: it is there, and no entry tells of it. */
  readonly how: 'altered' | 'missing' | 'unrecorded'
  readonly id: string
}

/** All tables as they stood at one moment, while others go on writing. Read in pages. */
export interface StoreView {
  /** In order of `seq`. */
  entries(afterSeq: number, limit: number): Promise<readonly AuditEntry[]>
  /** Compares the records that entries tell of with what they say; to be given all entries, in order. */
  compare(entries: readonly AuditEntry[]): Promise<void>
  /** Compares, after the last entry, what many of them tell of, and finds what none does. */
  compareRest(): Promise<void>
  /** What was found until now. */
  problems(): Promise<readonly RecordProblem[]>
}

export interface Store {
  readonly runs: RunStore
  readonly measurements: MeasurementStore
  readonly findings: FindingStore
  readonly plans: PlanStore
  readonly signOffs: SignOffStore
  readonly leases: LeaseStore
  readonly audit: AuditLog
  readonly alerts: AlertStore
  readonly outbox: OutboxStore
  readonly silences: SilenceStore
  readonly ownKeys: OwnKeyStore
  readonly series: SeriesStore
  readonly heartbeats: HeartbeatStore
  inspect<T>(work: (view: StoreView) => Promise<T>): Promise<T>
  /** Problems that the database itself reports about its own files; empty when sound. */
  integrity(): Promise<readonly string[]>
  close(): Promise<void>
}
