import { setTimeout as wait } from 'node:timers/promises'
import type { TaskStep } from '../config/system.ts'
import { VigieError } from '../core/errors.ts'
import type { Action } from '../core/task.ts'
import type { EvidenceRow, StoredAction } from '../store/step-row.ts'
import { agree, showPlan, waitText } from './agreement.ts'
import { componentLease } from './component-lease.ts'
import type { Decision } from './consent.ts'
import { heldByGate } from './gate.ts'
import { type HeldLease, holdLease } from './leases.ts'
import { canceledText, nothingToDo, planned } from './messages.ts'
import { outcome, type StepOutcome } from './outcome.ts'
import { bytesOf, type PlannedStep, type PlannedWork } from './plan.ts'
import { inPool } from './pool.ts'
import { redactedText } from './redacted-text.ts'
import type { RunScope } from './run-scope.ts'
import { actOn, type Planned, planTask, stored } from './run-task.ts'
import { CanceledError } from './time-limit.ts'

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
  readonly work: PlannedWork
  readonly tasks: readonly PlannedTask[]
}

/** Plans every task; what has nothing to do, could not be planned or is held by a gate ends here. Undefined when nothing is left to do. */
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
    else if (task.planned.actions.length === 0)
      await end(scope, task, outcome('done', { reason: nothingToDo({}), canClose: true }))
    else {
      const held = await heldByGate(scope, step, task.planned.actions)
      if (held === undefined) tasks.push(task)
      else await end(scope, task, held)
    }
  }
  if (tasks.length === 0) return undefined
  const work = tasks.map(({ step, planned }) => plannedStep(step, planned.actions))
  return { work: { system: scope.request.system.name, steps: work }, tasks }
}

/** Shows what would be done, so that it can be approved; gives the plan's id. */
export async function showPhase(scope: RunScope, { work, tasks }: PlanPhase): Promise<string> {
  const { id } = await showPlan(scope, work.steps)
  for (const task of tasks) {
    const { actions } = task.planned
    const reason = planned({ count: actions.length, bytes: bytesOf(actions) })
    await end(scope, task, outcome('pending', { reason }))
  }
  return id
}

/**
 * Does what is agreed to; what is not waits. Gives the id of the plan to read next, or of the one that was approved.
 */
export async function actPhase(scope: RunScope, { work, tasks }: PlanPhase): Promise<string | undefined> {
  const agreed = await agree(scope, work)
  const ids = { approved: scope.request.consent.approve ?? '', plan: agreed.plan ?? '' }
  const groups = Map.groupBy(
    tasks.map((task, index) => ({ task, decision: agreed.decisions[index] })),
    ({ task }) => componentLease(scope.request.system, task.step.component),
  )
  const actInTurn = async ([leaseName, members]: (typeof all)[number]): Promise<void> => {
    for (const { task, decision } of members) await actOnTask(scope, leaseName, task, decision, ids)
  }
  const all = [...groups]
  await inPool(all, all.length, actInTurn, scope.giveUp)
  return agreed.plan
}

async function actOnTask(
  scope: RunScope,
  leaseName: string,
  task: PlannedTask,
  decision: Decision | undefined,
  ids: Parameters<typeof waitText>[2],
): Promise<void> {
  const { engine, request, signal } = scope
  const {
    step,
    planned: { actions },
  } = task
  if (decision === undefined || !decision.go) {
    const texts = decision && waitText(decision.because, plannedStep(step, actions), ids)
    return end(scope, task, outcome('waiting_approval', texts))
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
    const acted = await actOn(step, actions, scope.scopeOf(step)(1), audit, signals, ({ done, total, target }) =>
      request.onProgress?.({ done, total, step: `${step.id} ${scope.redactor.redact(target)}` }),
    )
    await end(scope, task, acted.outcome, acted.actions, acted.evidence)
  } finally {
    await lease.release()
  }
}

function plannedStep({ id, onDemand }: TaskStep, actions: readonly Action[]): PlannedStep {
  return onDemand === undefined ? { step: id, actions } : { step: id, actions, options: onDemand }
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
