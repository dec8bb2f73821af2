import type { StandingApproval } from '../config/system-schema.ts'
import type { Text } from '../core/message.ts'
import type { PlanRow } from '../store/store.ts'
import { needsApproval, needsApprovalRemedy, needsYes, needsYesRemedy, planChanged, planExpired } from './messages.ts'
import { bytesOf, effectOf, type Plan, type PlannedStep } from './plan.ts'

/** What the person who started the run has agreed to. */
export interface Consent {
  /** Covers change and disrupt, never destroy. */
  readonly yes: boolean
  /** The id of the plan that was read. */
  readonly approve: string | undefined
}

export type Decision =
  | { readonly go: true; readonly by: 'nobody' | 'yes' | 'plan' | 'standing'; readonly approval?: StandingApproval }
  | { readonly go: false; readonly reason: Text; readonly remedy: Text }

/**
 * Whether a planned step may act. Destroy needs the approval of this very plan, or a standing approval whose limits hold;
 * change and disrupt need `--yes`, which an approval of the plan includes.
 * `stored` is the plan that the approval names, as it was printed.
 */
export function decide(
  step: PlannedStep,
  plan: Plan,
  consent: Consent,
  stored: PlanRow | undefined,
  standing: readonly StandingApproval[],
  now: Date,
): Decision {
  const effect = effectOf(step.actions)
  if (effect === 'observe') return { go: true, by: 'nobody' }
  const approved = approvalOf(plan, consent, stored, now)
  if (approved === 'valid') return { go: true, by: 'plan' }
  if (effect !== 'destroy') {
    if (consent.yes) return { go: true, by: 'yes' }
    const remedy = needsYesRemedy({ step: step.step })
    return { go: false, reason: needsYes({ count: step.actions.length }), remedy }
  }
  const approval = standing.find((one) => isWithin(one, step, now))
  if (approval !== undefined) return { go: true, by: 'standing', approval }
  const remedy = needsApprovalRemedy({ plan: plan.id })
  if (approved === 'none') {
    return { go: false, reason: needsApproval({ plan: plan.id, count: step.actions.length }), remedy }
  }
  const texts = { approved: consent.approve ?? '', plan: plan.id }
  return { go: false, reason: approved === 'changed' ? planChanged(texts) : planExpired(texts), remedy }
}

type Approval = 'none' | 'valid' | 'changed' | 'expired'

function approvalOf(plan: Plan, consent: Consent, stored: PlanRow | undefined, now: Date): Approval {
  if (consent.approve === undefined) return 'none'
  if (stored === undefined || stored.usedBy !== undefined) return 'expired'
  if (stored.hash !== plan.hash) return 'changed'
  return stored.expiresAt.getTime() > now.getTime() ? 'valid' : 'expired'
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
