import type { ActionNote } from '../core/action-note.ts'
import type { Text } from '../core/message.ts'
import type { Criticality, Effect, StepStatus } from '../core/words.ts'
import type { FindingLook } from './finding-store.ts'

export interface StoredAction {
  readonly summary: Text
  readonly effect: Effect
  readonly target: string
  readonly bytes: number | undefined
  /** planned until it was tried; unknown when an intent has no outcome. */
  readonly status: 'planned' | 'done' | 'unchanged' | 'skipped' | 'failed' | 'unknown'
  readonly note: Text | undefined
  /** Absent when nothing was noticed. */
  readonly notes?: readonly ActionNote[]
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

/** What became known when a step ended. */
export interface StepRecord {
  readonly step: StepRow
  /** Takes the place of the evidence kept before. */
  readonly evidence: readonly EvidenceRow[]
  readonly findings?: FindingLook
}
