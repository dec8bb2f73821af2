import type { StandingApproval } from '../config/system-schema.ts'
import type { PlanRow } from '../store/plan-store.ts'
import { bytesOf, effectOf, type PlannedStep, type PlannedWork, type ShownStep, stepHash } from './plan.ts'

/** What the person who started the run has agreed to. */
export interface Consent {
  /** Covers change and disrupt, never destroy. */
  readonly yes: boolean
  /** The id of the plan that was read. */
  readonly approve: string | undefined
}

/** Why a step waits: nobody agreed, its actions were not in the plan that was approved, or that approval does not hold. */
export type Waits = 'unasked' | 'not-shown' | 'changed' | 'spent'

export type Decision =
  | { readonly go: true; readonly by: 'nobody' | 'yes' | 'plan' | 'standing'; readonly approval?: StandingApproval }
  | { readonly go: false; readonly because: Waits }

/**
 * Whether a planned step may act. Destroy needs the approval of a plan that showed exactly what would be destroyed now,
 * or a standing approval whose limits hold. Change and disrupt need `--yes`, or an approved plan that showed these very
 * actions of the step (what came after it was seen by nobody), or a standing approval, without which nobody could schedule them.
 * `approved` is the plan that the approval names, as it was shown.
 */
export function decide(
  step: PlannedStep,
  work: PlannedWork,
  consent: Consent,
  approved: PlanRow | undefined,
  standing: readonly StandingApproval[],
  now: Date,
): Decision {
  const effect = effectOf(step.actions)
  if (effect === 'observe') return { go: true, by: 'nobody' }
  const hold = holdOf(work, consent, approved, now)
  const wasShown =
    approved !== undefined && shownSteps(approved).some(({ hash }) => hash === stepHash(work.system, step))
  if (hold === undefined && wasShown) return { go: true, by: 'plan' }
  const because = hold ?? 'not-shown'
  if (effect !== 'destroy' && consent.yes) return { go: true, by: 'yes' }
  const approval = standing.find((one) => isWithin(one, step, now))
  return approval === undefined ? { go: false, because } : { go: true, by: 'standing', approval }
}

/** The steps of a plan as they were shown: its content is what `contentOf` made of them. */
export function shownSteps({ content }: PlanRow): readonly ShownStep[] {
  return Array.isArray(content) ? (content as readonly ShownStep[]) : []
}

/** Why the approval does not hold; undefined when it does. */
function holdOf(work: PlannedWork, { approve }: Consent, approved: PlanRow | undefined, now: Date): Waits | undefined {
  if (approve === undefined) return 'unasked'
  if (approved === undefined || approved.usedBy !== undefined || approved.expiresAt <= now) return 'spent'
  const shown = shownSteps(approved)
    .filter(isDestroying)
    .map(({ hash }) => hash)
  const present = work.steps.filter(isDestroying).map((step) => stepHash(work.system, step))
  return shown.toSorted().join() === present.toSorted().join() ? undefined : 'changed'
}

function isDestroying({ actions }: PlannedStep): boolean {
  return effectOf(actions) === 'destroy'
}

/** A standing approval ends with its last day, UTC. */
function isWithin(approval: StandingApproval, step: PlannedStep, now: Date): boolean {
  return (
    approval.step === step.step &&
    now.toISOString().slice(0, 10) <= approval.until &&
    step.actions.length <= approval.maxActions &&
    bytesOf(step.actions) <= (approval.maxBytes ?? Number.POSITIVE_INFINITY)
  )
}
