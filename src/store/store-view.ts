import type { AuditEntry } from './audit-log.ts'

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
