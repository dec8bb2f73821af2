import { type Problem, problemsOf } from '../config/problem.ts'
import type { CheckStep, System, TaskStep } from '../config/system.ts'
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
  return { ...step, options: optionsOf(step, options), onDemand: options }
}

/** A check of the config with options of the moment on top of those of the config. Throws as `taskOnDemand`. */
export function checkOnDemand(system: System, id: string, options: JsonObject): CheckStep {
  const step = system.steps.get(id)
  if (step?.type !== 'check') throw new VigieError('unknown-step', unknownStep({ name: id }))
  return { ...step, options: optionsOf(step, options) }
}

function optionsOf({ id, kind, options }: CheckStep | TaskStep, more: JsonObject): unknown {
  const written = typeof options === 'object' && options !== null ? options : {}
  // Those of the config have been read: a duration is a number of milliseconds there, which nobody may write.
  const alone = kind.options.safeParse(more)
  if (alone.success && typeof alone.data === 'object' && alone.data !== null)
    return { ...written, ...Object.fromEntries(Object.entries(alone.data).filter(([name]) => name in more)) }
  // What has no default may stand in the config.
  const parsed = kind.options.safeParse({ ...written, ...more })
  if (parsed.success) return parsed.data
  const [problem]: readonly (Problem | undefined)[] = problemsOf(parsed.error, [], [])
  throw new VigieError('usage', problem?.text ?? unknownStep({ name: id }), problem?.hint && { hint: problem.hint })
}
