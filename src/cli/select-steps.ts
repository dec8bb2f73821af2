import { nearestNames } from '../config/problem.ts'
import type { Step, System } from '../config/system.ts'
import { VigieError } from '../core/errors.ts'
import { unknownStep } from './texts.ts'

export interface Selection {
  readonly name: string
  readonly at: string | undefined
  readonly steps: readonly Step[]
}

/** What `run` was asked for: one routine, or any mix of steps and components. Throws `unknown-step`. */
export function selectSteps(system: System, words: readonly string[]): Selection {
  const [only] = words
  const routine = words.length === 1 && only !== undefined ? system.routines.get(only) : undefined
  if (routine !== undefined) return routine
  const steps = new Map<string, Step>()
  for (const word of words) for (const step of find(system, word)) steps.set(step.id, step)
  return { name: words.join(' '), at: undefined, steps: [...steps.values()] }
}

function find(system: System, word: string): readonly Step[] {
  const all = new Map<string, Step>(system.steps)
  for (const { steps } of system.routines.values()) for (const step of steps) all.set(step.id, step)
  const exact = all.get(word)
  if (exact !== undefined) return [exact]
  const routine = system.routines.get(word)
  if (routine !== undefined) return routine.steps
  const ofComponent = [...all.values()].filter((step) => step.type === 'check' && step.component.name === word)
  if (ofComponent.length > 0) return ofComponent
  const names = [...system.routines.keys(), ...system.components.map(({ name }) => name), ...all.keys()]
  throw new VigieError('unknown-step', unknownStep({ name: word }), { hint: nearestNames(word, names) })
}
