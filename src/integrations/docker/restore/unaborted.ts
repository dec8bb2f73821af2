import type { StepContext } from '../../../core/context.ts'
import { runCommand } from '../../../platform/command-runner.ts'

/** For what must be put back when the time of a step is over: the same, with a time of its own. */
export function unaborted(ctx: StepContext): StepContext {
  const { signal } = new AbortController()
  return { ...ctx, signal, run: (spec) => runCommand(spec, { signal }) }
}
