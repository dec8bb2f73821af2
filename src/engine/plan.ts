import { sha256 } from '../core/hash.ts'
import type { JsonObject, JsonValue } from '../core/json.ts'
import type { Action } from '../core/task.ts'
import { type Effect, worseEffect } from '../core/words.ts'

/** The actions that one step of a run would do. A type: it is JSON. */
export type PlannedStep = {
  readonly step: string
  readonly actions: readonly Action[]
  /** What the step was asked for on demand, in the place of its options in the config. */
  readonly options?: JsonObject
}

/** All that the tasks of a run would do. */
export interface PlannedWork {
  readonly system: string
  readonly steps: readonly PlannedStep[]
}

/** One showing of what would be done: it is approved by its id, once, or never. */
export interface Plan extends PlannedWork {
  /** The first 10 digits of `hash`: what a person reads and types. */
  readonly id: string
  readonly hash: string
}

/** A step of a plan as it was shown; `hash` is of the actions before secrets were taken out of them. */
export type ShownStep = PlannedStep & { readonly hash: string }

/**
 * The plan that a run shows. Each showing has an id of its own, so that what one person read, and the hour in which it
 * can be approved, never depend on who looked after them; an id that was refused stays refused.
 */
export function planOf({ system, steps }: PlannedWork, showing: { readonly run: string; readonly at: Date }): Plan {
  const hash = sha256({ ...showing, system, steps: steps.map((step) => stepHash(system, step)) })
  return { id: hash.slice(0, 10), hash, system, steps }
}

/** Everything about a step that an approval is bound to. */
export function stepHash(system: string, { step, actions }: PlannedStep): string {
  const bound = actions.map(({ effect, target, bytes, expected }) => ({ effect, target, bytes, expected }))
  return sha256({ system, step, actions: bound })
}

/** What is kept of a plan: its steps as they are shown, each with the hash that an approval is held against. */
export function contentOf(plan: Plan, shown: readonly PlannedStep[]): JsonValue {
  return plan.steps.map((step, index) => ({ ...(shown[index] ?? step), hash: stepHash(plan.system, step) }))
}

/** The worst effect of the actions; observe when there are none. */
export function effectOf(actions: readonly Pick<Action, 'effect'>[]): Effect {
  return actions.reduce<Effect>((worst, { effect }) => worseEffect(worst, effect), 'observe')
}

export function bytesOf(actions: readonly Action[]): number {
  return actions.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
}
