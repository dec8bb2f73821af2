import type { System, TaskStep } from '../config/system.ts'
import { type Proof, provedSince } from '../core/proved-since.ts'
import type { Action } from '../core/task.ts'
import { componentLease } from './component-lease.ts'
import { drillFirst, makeAndDrill, notProved } from './gate-messages.ts'
import { defaultSeverity, outcome, type StepOutcome } from './outcome.ts'
import { effectOf } from './plan.ts'
import type { RunScope } from './run-scope.ts'
import { createStepContext } from './step-context.ts'

/**
 * Why a task may not do what it planned: something is destroyed in what an entry of `backups` copies, and no backup of it that
 * is new enough was brought back by a drill. Undefined: no gate stands before it, or it is open.
 */
export async function heldByGate(
  { request: { system }, scopeOf, signal }: RunScope,
  step: TaskStep,
  actions: readonly Action[],
): Promise<StepOutcome | undefined> {
  const limitMs = system.settings.gates.proved
  if (limitMs === undefined || step.kind.isRemedy === true || effectOf(actions) !== 'destroy') return undefined
  const { ctx } = createStepContext(scopeOf(step)(1), signal)
  let held: StepOutcome | undefined
  for (const { entry, component } of copiesOf(system, step)) {
    const proof = await provedSince(ctx, component, limitMs)
    if (proof.isProved) return undefined
    held ??= heldOutcome(step, proof, { entry, component, limitMs })
  }
  return held
}

/** The entries of `backups` that copy what a step acts on, by whatever name. */
function copiesOf(system: System, { component }: TaskStep): readonly { entry: string; component: string }[] {
  const acted = componentLease(system, component)
  return system.components.flatMap(({ name: entry, kind, options }) =>
    (kind.uses?.(options) ?? []).flatMap((use) => {
      const copied = use.ability === 'backup' ? system.components.find(({ name }) => name === use.component) : undefined
      return copied !== undefined && componentLease(system, copied) === acted ? [{ entry, component: copied.name }] : []
    }),
  )
}

function heldOutcome(
  { criticality }: TaskStep,
  { because, backup }: Extract<Proof, { isProved: false }>,
  { entry, component, limitMs }: { readonly entry: string; readonly component: string; readonly limitMs: number },
): StepOutcome {
  const reason = notProved[because]({ component, limitMs, id: backup?.id ?? '' })
  const isDrillEnough = because === 'undrilled' || because === 'old-proof'
  const remedy = isDrillEnough ? drillFirst({ entry }) : makeAndDrill({ entry })
  const finding = { subject: '', severity: defaultSeverity('fail', criticality), title: reason, remedy }
  return outcome('fail', { reason, remedy, findings: [finding] })
}
