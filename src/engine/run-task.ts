import type { TaskStep } from '../config/system.ts'
import { VigieError } from '../core/errors.ts'
import type { Text } from '../core/message.ts'
import type { Action } from '../core/task.ts'
import type { FindingDraft } from '../core/verdict.ts'
import type { AuditLog } from '../store/audit-log.ts'
import type { EvidenceRow, StoredAction } from '../store/step-row.ts'
import { acted, actionFailed, couldNotPlan, leaseLost, timedOut } from './messages.ts'
import { defaultSeverity, outcome, type StepOutcome } from './outcome.ts'
import { detailOf } from './run-check.ts'
import { createStepContext, type StepScope } from './step-context.ts'
import { CanceledError, TimeLimitError, withTimeLimit } from './time-limit.ts'

export interface Planned {
  readonly actions: readonly Action[]
  /** Set when no plan could be made: nothing may be done then. */
  readonly failure: StepOutcome | undefined
  readonly evidence: readonly EvidenceRow[]
}

/** Asks a task what it would do. Nothing is changed by it. */
export async function planTask(step: TaskStep, scope: StepScope, signal: AbortSignal): Promise<Planned> {
  let evidence: EvidenceRow[] = []
  try {
    const actions = await withTimeLimit(step.timeoutMs, signal, (limited) => {
      const made = createStepContext(scope, limited)
      evidence = made.evidence
      return step.kind.plan(componentOf(step, scope), step.options, made.ctx)
    })
    return { actions, failure: undefined, evidence }
  } catch (error) {
    if (error instanceof CanceledError) throw error
    const reason = error instanceof VigieError ? error.text : couldNotPlan({ detail: detailOf(error) })
    const remedy = error instanceof VigieError ? error.hint : undefined
    return { actions: [], failure: outcome('error', { reason, remedy }), evidence }
  }
}

export interface Acted {
  readonly outcome: StepOutcome
  readonly actions: readonly StoredAction[]
  readonly evidence: readonly EvidenceRow[]
}

/**
 * Does the planned actions in order, the intent of each in the audit before it and the outcome after. The first one that
 * fails ends the step: what is left is not begun.
 */
export async function actOn(
  step: TaskStep,
  actions: readonly Action[],
  scope: StepScope,
  audit: { log: AuditLog; actor: string; runId: string },
  signals: { canceled: AbortSignal; leaseLost: AbortSignal; lease: string },
  onProgress?: (progress: { done: number; total: number; target: string }) => void,
): Promise<Acted> {
  const results: StoredAction[] = actions.map((action) => stored(action, 'planned'))
  let evidence: EvidenceRow[] = []
  let failure: Text | undefined
  let remedy: Text | undefined
  let isCanceled = false
  let owed: VigieError | undefined
  const signal = AbortSignal.any([signals.canceled, signals.leaseLost])
  try {
    await withTimeLimit(step.timeoutMs, signal, async (limited) => {
      let [begun, target] = [0, '']
      const tell = (ratio: number): void => onProgress?.({ done: begun + ratio, total: actions.length, target })
      const made = createStepContext({ ...scope, onProgress: tell }, limited)
      evidence = made.evidence
      for (const [index, action] of actions.entries()) {
        limited.throwIfAborted()
        begun = index
        target = action.target
        tell(0)
        results[index] = stored(action, 'unknown')
        results[index] = await doOne(action, () =>
          step.kind.execute(action, componentOf(step, scope), step.options, made.ctx),
        )
        if (failure !== undefined) break
      }
    })
  } catch (error) {
    isCanceled = error instanceof CanceledError && !signals.leaseLost.aborted
    if (signals.leaseLost.aborted) failure = leaseLost({ lease: signals.lease })
    else if (error instanceof TimeLimitError) failure = timedOut({ limitMs: step.timeoutMs })
    else if (error instanceof VigieError) [failure, remedy] = [error.text, error.hint]
    else if (!isCanceled) failure = couldNotPlan({ detail: detailOf(error) })
    // What was to be put back, and could not, is what people must know then.
    if (error instanceof Error && error.cause instanceof VigieError) owed = error.cause
    remedy ??= owed?.hint
  }
  const count = (status: StoredAction['status']): number => results.filter((one) => one.status === status).length
  const done = count('done') + count('unchanged')
  const bytes = results.reduce((sum, one) => sum + (one.status === 'done' ? (one.bytes ?? 0) : 0), 0)
  const measurements = { actions_done: done, actions_skipped: count('skipped'), freed_bytes: bytes }
  if (isCanceled) {
    const reason = { ...(owed !== undefined && { reason: owed.text }), ...(remedy !== undefined && { remedy }) }
    return { outcome: outcome('interrupted', { ...reason, measurements }), actions: results, evidence }
  }
  if (failure !== undefined)
    return {
      outcome: outcome('fail', { reason: failure, remedy, measurements, findings: [about(step, failure, remedy)] }),
      actions: results,
      evidence,
    }
  const reason = acted({ done, skipped: count('skipped'), bytes })
  return { outcome: outcome('done', { reason, measurements, canClose: true }), actions: results, evidence }

  async function doOne(action: Action, work: () => ReturnType<TaskStep['kind']['execute']>): Promise<StoredAction> {
    const { effect, target } = action
    const intent = { run: audit.runId, step: step.id, effect, target: scope.redactor.redact(target) }
    const { seq } = await append('action.intent', intent)
    try {
      const did = await work()
      const status = did.status === 'skipped' ? 'skipped' : did.changed ? 'done' : 'unchanged'
      await append('action.outcome', { ...intent, intent: seq, status })
      const note = did.status === 'skipped' ? did.reason : did.note
      const notes = did.status === 'done' ? (did.notes ?? []) : []
      return {
        ...stored(action, status),
        note,
        ...(notes.length > 0 && { notes }),
        bytes: did.status === 'done' ? (did.bytes ?? action.bytes) : action.bytes,
      }
    } catch (error) {
      if (signal.aborted) throw error
      const detail = scope.redactor.redact(detailOf(error))
      await append('action.outcome', { ...intent, intent: seq, status: 'failed', detail })
      const counted = results.filter(({ status }) => status === 'done' || status === 'unchanged').length
      const left = results.filter(({ status }) => status === 'planned').length
      // Said once, as the reason of the step.
      const isTold = error instanceof VigieError
      failure = isTold ? error.text : actionFailed({ target, detail, done: counted, left })
      if (!isTold) return stored(action, 'failed')
      remedy = error.hint
      return { ...stored(action, 'failed'), ...(error.notes.length > 0 && { notes: error.notes }) }
    }
  }

  function append(event: string, subject: Record<string, string | number>): ReturnType<AuditLog['append']> {
    return audit.log.append({ at: scope.world.clock.now(), actor: audit.actor, event, subject })
  }
}

/** A task that failed is something to put right, until it was done. */
function about({ criticality }: TaskStep, title: Text, remedy: Text | undefined): FindingDraft {
  const draft = { subject: '', severity: defaultSeverity('fail', criticality), title }
  return remedy === undefined ? draft : { ...draft, remedy }
}

export function stored(action: Action, status: StoredAction['status']): StoredAction {
  const { summary, effect, target, bytes } = action
  return { summary, effect, target, bytes, status, note: undefined }
}

function componentOf(step: TaskStep, scope: StepScope): { name: string; system: string; options: unknown } {
  return { name: step.component.name, system: scope.system, options: step.component.options }
}
