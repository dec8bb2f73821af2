import type { JsonValue } from '../core/json.ts'

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
