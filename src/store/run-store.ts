import type { RunStatus } from '../core/words.ts'
import type { EvidenceRow, StepRecord, StepRow } from './step-row.ts'

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
