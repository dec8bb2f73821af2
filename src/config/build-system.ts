import { dirname } from 'node:path'
import type { AnyComponentKind } from '../core/component.ts'
import { buildComponents } from './build-components.ts'
import { buildRoutines } from './build-routines.ts'
import { nearestNames, type Problem, problemsOf, unknownName } from './problem.ts'
import type { System } from './system.ts'
import { systemSchema } from './system-schema.ts'

export type BuiltSystem = { readonly system: System } | { readonly problems: readonly Problem[] }

/** A validated system from what a config file gave, or every problem in it. */
export function buildSystem(written: unknown, file: string, kinds: readonly AnyComponentKind[]): BuiltSystem {
  const parsed = systemSchema.safeParse(written)
  if (!parsed.success) return { problems: problemsOf(parsed.error, [], Object.keys(systemSchema.shape)) }
  const problems: Problem[] = []
  const { components: writtenComponents, routines: writtenRoutines, ...settings } = parsed.data
  const { components, steps } = buildComponents(writtenComponents, [...kinds, ...settings.kinds], problems)
  const routines = problems.length > 0 ? new Map() : buildRoutines(writtenRoutines, steps, problems)
  for (const [index, { step }] of settings.approvals.entries()) {
    if (problems.length === 0 && !steps.has(step)) {
      const hint = nearestNames(step, [...steps.keys()])
      problems.push({ path: `approvals.${index}.step`, text: unknownName({ name: step }), hint })
    }
  }
  if (problems.length > 0) return { problems }
  const system: System = {
    name: settings.name,
    file,
    baseDir: dirname(file),
    settings,
    approvals: settings.approvals,
    components,
    steps,
    routines,
  }
  return { system }
}
