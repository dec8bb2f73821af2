import { dirname } from 'node:path'
import type { AnyChannelKind } from '../core/channel.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { buildChannels } from './build-channels.ts'
import { buildCollectors } from './build-collectors.ts'
import { buildComponents } from './build-components.ts'
import { buildRoutines } from './build-routines.ts'
import { parsedOnce } from './parsed-once.ts'
import { nearestNames, type Problem, problemsOf, unknownName } from './problem.ts'
import type { System } from './system.ts'
import { systemSchema } from './system-schema.ts'

export type BuiltSystem = { readonly system: System } | { readonly problems: readonly Problem[] }

/**
 * A validated system from what a config file gave, or every problem in it. `known` names the kinds that there are, for
 * who wrote one wrong; `kinds` has at least those that the config names. The same for kinds of channels.
 */
export function buildSystem(
  written: unknown,
  file: string,
  kinds: readonly AnyComponentKind[],
  known: readonly string[] = kinds.map(({ kind }) => kind),
  channelKinds: readonly AnyChannelKind[] = [],
  knownChannels: readonly string[] = channelKinds.map(({ kind }) => kind),
): BuiltSystem {
  const parsed = systemSchema.safeParse(written, parsedOnce)
  if (!parsed.success) {
    const around = problemsOf(parsed.error, [], Object.keys(systemSchema.shape))
    return { problems: [...around, ...componentProblems(written, kinds, known)] }
  }
  const problems: Problem[] = []
  const {
    components: writtenComponents,
    routines: writtenRoutines,
    channels: writtenChannels,
    routes: writtenRoutes,
    ...settings
  } = parsed.data
  const all = [...kinds, ...settings.kinds]
  const names = [...known, ...settings.kinds.map(({ kind }) => kind)]
  const { components, steps } = buildComponents(writtenComponents, all, names, problems)
  const collectors = buildCollectors(components, writtenComponents, problems)
  const { channels, routes } = buildChannels(
    writtenChannels,
    writtenRoutes,
    Object.keys(writtenComponents),
    [...channelKinds, ...settings.channelKinds],
    [...knownChannels, ...settings.channelKinds.map(({ kind }) => kind)],
    problems,
  )
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
    kinds: all,
    components,
    steps,
    collectors,
    routines,
    channels,
    routes,
  }
  return { system }
}

/** Those of the components of a config that has others around them: all are told at once. */
function componentProblems(
  written: unknown,
  kinds: readonly AnyComponentKind[],
  known: readonly string[],
): readonly Problem[] {
  const { components, kinds: ownKinds } = Object(written) as Record<string, unknown>
  const readable = systemSchema.shape.components.safeParse(components, parsedOnce)
  const own = systemSchema.shape.kinds.safeParse(ownKinds, parsedOnce)
  const problems: Problem[] = []
  if (readable.success && own.success) {
    const names = [...known, ...own.data.map(({ kind }) => kind)]
    const { components: built } = buildComponents(readable.data, [...kinds, ...own.data], names, problems)
    buildCollectors(built, readable.data, problems)
  }
  return problems
}
