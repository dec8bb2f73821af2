export interface SignOffRow {
  readonly system: string
  readonly step: string
  readonly at: Date
  readonly by: string
  readonly note: string
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
