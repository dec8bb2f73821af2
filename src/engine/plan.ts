import { sha256 } from '../core/hash.ts'
import type { Action } from '../core/task.ts'
import { type Effect, worseEffect } from '../core/words.ts'

/** The actions that one step of a run would do. */
export interface PlannedStep {
  readonly step: string
  readonly actions: readonly Action[]
}

export interface Plan {
  /** The first 10 digits of `hash`: what a person reads and types. */
  readonly id: string
  readonly hash: string
  readonly steps: readonly PlannedStep[]
}

/**
 * The plan that an approval is bound to. The hash covers the steps that destroy, when there are any, since only these
 * need an approval: a VACUUM that comes and goes beside them must not void it. Without any it covers all steps.
 */
export function planOf(system: string, steps: readonly PlannedStep[]): Plan {
  const destroying = steps.filter((step) => effectOf(step.actions) === 'destroy')
  const bound = (destroying.length > 0 ? destroying : steps).map(({ step, actions }) => ({
    step,
    actions: actions.map(({ effect, target, bytes, expected }) => ({ effect, target, bytes, expected })),
  }))
  const hash = sha256({ system, bound })
  return { id: hash.slice(0, 10), hash, steps }
}

/** The worst effect of the actions; observe when there are none. */
export function effectOf(actions: readonly Action[]): Effect {
  return actions.reduce<Effect>((worst, { effect }) => worseEffect(worst, effect), 'observe')
}

export function bytesOf(actions: readonly Action[]): number {
  return actions.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
}
