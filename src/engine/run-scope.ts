import type { CheckStep, Step, System, TaskStep } from '../config/system.ts'
import type { Redactor } from '../core/redact.ts'
import type { FindingRow } from '../store/finding-store.ts'
import type { RunRow } from '../store/run-store.ts'
import type { StepRow } from '../store/step-row.ts'
import type { Consent } from './consent.ts'
import type { Engine } from './engine.ts'
import type { Plan } from './plan.ts'
import type { Recorder } from './recorder.ts'
import type { StepScope } from './step-context.ts'

export interface RunRequest {
  readonly system: System
  /** The routine's name, or the step ids as they were typed. */
  readonly name: string
  readonly at: string | undefined
  readonly steps: readonly Step[]
  readonly isDryRun: boolean
  readonly consent: Consent
  readonly startedBy: string
  readonly signal: AbortSignal
  /** Shows the person at the terminal a plan that waits, and asks; true covers all of it. Absent: nobody is there. */
  askApproval?(plan: Plan): Promise<boolean>
  onProgress?(progress: { done: number; total: number; step: string }): void
}

export interface RunReport {
  readonly run: RunRow
  readonly steps: readonly StepRow[]
  /** What this run saw, as it stands after it. */
  readonly findings: readonly FindingRow[]
}

/** What the phases of one run share. */
export interface RunScope {
  readonly engine: Engine
  readonly request: RunRequest
  readonly id: string
  readonly recorder: Recorder
  /** Knows every secret of the loaded systems. */
  readonly redactor: Redactor
  /** Aborted when the run is canceled, its lease was lost, or nothing more of it can be kept. */
  readonly signal: AbortSignal
  /** Ends what is under way: an outcome could not be kept. */
  readonly giveUp: () => void
  readonly scopeOf: (step: CheckStep | TaskStep) => (attempt: number) => StepScope
}
