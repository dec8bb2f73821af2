import type { Text } from '../core/message.ts'
import type { PlanRow, PlanStore } from '../store/plan-store.ts'
import { type Decision, decide, type Waits } from './consent.ts'
import {
  needsApproval,
  needsApprovalRemedy,
  needsYes,
  needsYesRemedy,
  notShown,
  planChanged,
  planExpired,
} from './messages.ts'
import { contentOf, effectOf, type Plan, type PlannedStep, type PlannedWork, planOf } from './plan.ts'
import { redactedPlan } from './redacted-text.ts'
import type { RunScope } from './run-scope.ts'

/** How long a plan can be approved, from when it was shown. */
const planLifeMs = 3_600_000

export interface Agreement {
  /** One for each step of the plan, in its order. */
  readonly decisions: readonly Decision[]
  /** The plan to read next when something waits, else the one that was approved. */
  readonly plan: string | undefined
}

/**
 * What of the planned work may be done: by the consent that the run was started with, by standing approvals, or by who is asked
 * now. An approval is used up before anything is done. What waits is shown as a plan of its own.
 */
export async function agree(scope: RunScope, work: PlannedWork): Promise<Agreement> {
  const { engine, request } = scope
  const { consent } = request
  const now = engine.world.clock.now()
  const decideBy = (approved: PlanRow | undefined): readonly Decision[] =>
    work.steps.map((step) => decide(step, work, consent, approved, request.system.approvals, now))
  const named = consent.approve === undefined ? undefined : await planNamed(engine.store.plans, consent.approve)
  let decisions = decideBy(named)
  let used: string | undefined
  if (named !== undefined && decisions.some((decision) => decision.go && decision.by === 'plan')) {
    if (await useApproval(scope, named)) used = named.id
    else decisions = decideBy(undefined)
  }
  const waiting = work.steps.filter((_, index) => decisions[index]?.go === false)
  if (waiting.length === 0) return { decisions, plan: used }
  const shown = await showPlan(scope, waiting)
  if (scope.signal.aborted || !(await request.askApproval?.(redactedPlan(shown, scope.redactor))))
    return { decisions, plan: shown.id }
  if (await useApproval(scope, shown)) {
    decisions = decisions.map((decision) => (decision.go ? decision : { go: true, by: 'plan' }))
    return { decisions, plan: shown.id }
  }
  // It was asked for longer than a plan lives.
  return { decisions, plan: (await showPlan(scope, waiting)).id }
}

/** Keeps what would be done as a plan that can be approved from now on. */
export async function showPlan(
  { engine, request, redactor, id }: RunScope,
  steps: readonly PlannedStep[],
): Promise<Plan> {
  const at = engine.world.clock.now()
  const plan = planOf({ system: request.system.name, steps }, { run: id, at })
  await engine.store.plans.save({
    id: plan.id,
    hash: plan.hash,
    system: plan.system,
    routine: request.name,
    runId: id,
    createdAt: at,
    expiresAt: new Date(at.getTime() + planLifeMs),
    content: contentOf(plan, redactedPlan(plan, redactor).steps),
    approvedAt: undefined,
    approvedBy: undefined,
    usedBy: undefined,
  })
  return plan
}

/** The plan of an id; a beginning of it is enough when it is the only one. */
async function planNamed(plans: PlanStore, id: string): Promise<PlanRow | undefined> {
  const found = await plans.find(id)
  return found.find((plan) => plan.id === id) ?? (found.length === 1 ? found[0] : undefined)
}

/** Why a step waits, and what to do about it. */
export function waitText(
  because: Waits,
  { step, actions, options }: PlannedStep,
  ids: { readonly approved: string; readonly plan: string },
): { readonly reason: Text; readonly remedy: Text } {
  const isDestroy = effectOf(actions) === 'destroy'
  const count = actions.length
  const reasons: Readonly<Record<Waits, Text>> = {
    unasked: isDestroy ? needsApproval({ plan: ids.plan, count }) : needsYes({ count }),
    'not-shown': notShown({ approved: ids.approved, count }),
    changed: planChanged(ids),
    spent: planExpired(ids),
  }
  // What was asked for on demand is not in the config, which is all that a run by name would plan from.
  const isPlanOnly = isDestroy || options !== undefined
  const remedy = isPlanOnly ? needsApprovalRemedy({ plan: ids.plan }) : needsYesRemedy({ step })
  return { reason: reasons[because], remedy }
}

/** False when another run was faster or the hour is over: one approval, one run. */
async function useApproval({ engine, request, id }: RunScope, { hash }: PlanRow | Plan): Promise<boolean> {
  return engine.store.plans.use(hash, { runId: id, by: request.startedBy, at: engine.world.clock.now() })
}
