import { type Problem, problemsOf } from '../config/problem.ts'
import type { System, TaskStep } from '../config/system.ts'
import { VigieError } from '../core/errors.ts'
import type { JsonObject } from '../core/json.ts'
import { unknownStep } from './texts.ts'

/**
 * A task of the config with options of the moment on top of those of the config. Its plan is shown, approved and audited
 * as that of any run. Throws `unknown-step`, and `usage` when the options do not fit.
 */
export function taskOnDemand(system: System, id: string, options: JsonObject): TaskStep {
  const step = system.steps.get(id)
  if (step?.type !== 'task') throw new VigieError('unknown-step', unknownStep({ name: id }))
  const written = typeof step.options === 'object' && step.options !== null ? step.options : {}
  const parsed = step.kind.options.safeParse({ ...written, ...options })
  if (parsed.success) return { ...step, options: parsed.data, onDemand: options }
  const [problem]: readonly (Problem | undefined)[] = problemsOf(parsed.error, [], [])
  throw new VigieError('usage', problem?.text ?? unknownStep({ name: id }), problem?.hint && { hint: problem.hint })
}
