import { setTimeout as wait } from 'node:timers/promises'
import type { TaskStep } from '../config/system.ts'
import { VigieError } from '../core/errors.ts'
import type { JsonValue } from '../core/json.ts'
import type { EvidenceRow, PlanRow, StoredAction } from '../store/store.ts'
import { type Consent, type Decision, decide } from './consent.ts'
import { type HeldLease, holdLease } from './leases.ts'
import { canceledText, nothingToDo, planned } from './messages.ts'
import { outcome, type StepOutcome } from './outcome.ts'
import { bytesOf, type Plan, type PlannedStep, planOf } from './plan.ts'
import { inPool } from './pool.ts'
import { redactedPlan, redactedText } from './redacted-text.ts'
import type { RunScope } from './run-scope.ts'
import { actOn, type Planned, planTask, stored } from './run-task.ts'
import { CanceledError } from './time-limit.ts'

/** How long a plan that was shown can be approved. */
const planLifeMs = 3_600_000
/** How long a task waits for another run to leave its component. */
const leaseWaitMs = 30_000
const leasePollMs = 250

interface PlannedTask {
  readonly step: TaskStep
  readonly planned: Planned
  readonly startedAt: Date
  readonly startedMs: number
}

export interface PlanPhase {
  readonly plan: Plan
  readonly tasks: readonly PlannedTask[]
}

/** Plans every task; what has nothing to do or could not be planned ends here. Undefined when nothing is left to do. */
export async function planPhase(scope: RunScope, steps: readonly TaskStep[]): Promise<PlanPhase | undefined> {
  const { clock } = scope.engine.world
  const tasks: PlannedTask[] = []
  for (const step of steps) {
    const times = { startedAt: clock.now(), startedMs: clock.monotonicMs() }
    if (scope.signal.aborted) {
      await end(scope, { step, planned: blank, ...times }, outcome('interrupted', { reason: canceledText({}) }))
      continue
    }
    const task = { step, planned: await planSafely(scope, step), ...times }
    if (task.planned.failure !== undefined) await end(scope, task, task.planned.failure)
    else if (task.planned.actions.length === 0) await end(scope, task, outcome('done', { reason: nothingToDo({}) }))
    else tasks.push(task)
  }
  if (tasks.length === 0) return undefined
  const plan = planOf(
    scope.request.system.name,
    tasks.map(({ step, planned }) => ({ step: step.id, actions: planned.actions })),
  )
  if (scope.request.isDryRun) {
    await savePlan(scope, plan)
    for (const task of tasks) {
      const { actions } = task.planned
      const reason = planned({ count: actions.length, bytes: bytesOf(actions) })
      await end(scope, task, outcome('pending', { reason }))
    }
  }
  return { plan, tasks }
}

/** Does what is agreed to; what is not waits, its plan kept so that it can be approved. */
export async function actPhase(scope: RunScope, { plan, tasks }: PlanPhase): Promise<void> {
  const { engine, request } = scope
  const now = engine.world.clock.now()
  const consent = request.consent
  const stored = consent.approve === undefined ? undefined : await printedPlan(scope, plan, consent.approve)
  const decisionOf = (step: PlannedStep, agreed: Consent, printed: PlanRow | undefined): Decision =>
    decide(step, plan, agreed, printed, request.system.approvals, now)
  let decisions = plan.steps.map((step) => decisionOf(step, consent, stored))

  const waiting = plan.steps.filter((_, index) => decisions[index]?.go === false).map(({ step }) => step)
  if (waiting.length > 0) {
    const saved = await savePlan(scope, plan)
    if (!scope.signal.aborted && (await request.askApproval?.(redactedPlan(plan, scope.redactor), waiting))) {
      decisions = plan.steps.map((step) => decisionOf(step, { yes: true, approve: plan.id }, saved))
    }
  }
  const isApproved = decisions.some((decision) => decision.go && decision.by === 'plan')
  if (isApproved && !(await useApproval(scope, plan))) {
    decisions = plan.steps.map((step) => decisionOf(step, consent, undefined))
  }

  const groups = Map.groupBy(
    tasks.map((task, index) => ({ task, decision: decisions[index] })),
    ({ task }) => leaseNameOf(scope, task.step),
  )
  const actInTurn = async ([leaseName, members]: (typeof all)[number]): Promise<void> => {
    for (const { task, decision } of members) await actOnTask(scope, leaseName, task, decision)
  }
  const all = [...groups]
  await inPool(all, all.length, actInTurn, scope.giveUp)
}

async function actOnTask(
  scope: RunScope,
  leaseName: string,
  task: PlannedTask,
  decision: Decision | undefined,
): Promise<void> {
  const { engine, request, signal } = scope
  const {
    step,
    planned: { actions },
  } = task
  if (decision === undefined || !decision.go) {
    return end(
      scope,
      task,
      outcome('waiting_approval', decision && { reason: decision.reason, remedy: decision.remedy }),
    )
  }
  if (signal.aborted) return end(scope, task, outcome('interrupted', { reason: canceledText({}) }))
  let lease: HeldLease
  try {
    lease = await waitForLease(scope, leaseName)
  } catch (error) {
    if (!(error instanceof VigieError)) throw error
    return end(scope, task, outcome('error', { reason: error.text, remedy: error.hint }))
  }
  try {
    if (decision.by === 'standing') {
      const subject = {
        run: scope.id,
        step: step.id,
        by: decision.approval?.by ?? '',
        until: decision.approval?.until ?? '',
      }
      await engine.store.audit.append({
        at: engine.world.clock.now(),
        actor: request.startedBy,
        event: 'approval.standing',
        subject,
      })
    }
    const audit = { log: engine.store.audit, actor: request.startedBy, runId: scope.id }
    const signals = { canceled: signal, leaseLost: lease.lost, lease: leaseName }
    const acted = await actOn(step, actions, scope.scopeOf(step)(1), audit, signals)
    await end(scope, task, acted.outcome, acted.actions, acted.evidence)
  } finally {
    await lease.release()
  }
}

const blank: Planned = { actions: [], failure: undefined, evidence: [] }

async function planSafely(scope: RunScope, step: TaskStep): Promise<Planned> {
  try {
    return await planTask(step, scope.scopeOf(step)(1), scope.signal)
  } catch (error) {
    if (!(error instanceof CanceledError)) throw error
    return { ...blank, failure: outcome('interrupted', { reason: canceledText({}) }) }
  }
}

async function end(
  scope: RunScope,
  task: PlannedTask,
  ended: StepOutcome,
  actions: readonly StoredAction[] = task.planned.actions.map((action) => stored(action, 'planned')),
  evidence: readonly EvidenceRow[] = [],
): Promise<void> {
  const durationMs = Math.round(scope.engine.world.clock.monotonicMs() - task.startedMs)
  const all = [...task.planned.evidence, ...evidence]
  await scope.recorder.record(task.step, {
    outcome: ended,
    startedAt: task.startedAt,
    durationMs,
    attempts: 1,
    evidence: all,
    actions: actions.map((action) => ({ ...action, summary: redactedText(action.summary, scope.redactor) })),
  })
}

/** What a task acts on, whoever describes it: tasks under one name never run side by side, in any process. */
function leaseNameOf({ request }: RunScope, { component }: TaskStep): string {
  const identity = component.kind.identity?.(component.options, request.system.baseDir)
  return `${component.kind.kind} ${identity ?? `${request.system.name}/${component.name}`}`
}

async function waitForLease({ engine, id, signal }: RunScope, name: string): Promise<HeldLease> {
  const until = engine.world.clock.monotonicMs() + leaseWaitMs
  for (;;) {
    try {
      return await holdLease(engine.store.leases, engine.world.clock, name, id)
    } catch (error) {
      const isLocked = error instanceof VigieError && error.code === 'locked'
      if (!isLocked || signal.aborted || engine.world.clock.monotonicMs() > until) throw error
      await wait(leasePollMs)
    }
  }
}

async function savePlan({ engine, request, redactor, id }: RunScope, plan: Plan): Promise<PlanRow> {
  const now = engine.world.clock.now()
  const row: PlanRow = {
    id: plan.id,
    hash: plan.hash,
    system: request.system.name,
    routine: request.name,
    runId: id,
    createdAt: now,
    expiresAt: new Date(now.getTime() + planLifeMs),
    content: redactedPlan(plan, redactor).steps as unknown as JsonValue,
    approvedAt: undefined,
    approvedBy: undefined,
    usedBy: undefined,
  }
  await engine.store.plans.save(row)
  return row
}

/** The plan that the person read; a beginning of its id is enough when it is the only one. */
async function printedPlan({ engine }: RunScope, plan: Plan, approve: string): Promise<PlanRow | undefined> {
  const found = await engine.store.plans.find(approve)
  return found.find(({ hash }) => hash === plan.hash) ?? found[0]
}

/** False when another run has used the approval in between: one approval, one run. */
async function useApproval({ engine, request, id }: RunScope, plan: Plan): Promise<boolean> {
  const at = engine.world.clock.now()
  await engine.store.plans.approve(plan.hash, request.startedBy, at)
  await engine.store.audit.append({
    at,
    actor: request.startedBy,
    event: 'plan.approved',
    subject: { run: id, plan: plan.id, hash: plan.hash },
  })
  return engine.store.plans.use(plan.hash, id, at)
}
