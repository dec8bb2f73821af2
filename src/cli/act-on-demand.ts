import type { ConfiguredComponent, System } from '../config/system.ts'
import type { JsonObject } from '../core/json.ts'
import type { Vigie } from '../wire.ts'
import { type Arguments, type CommandContext, isSet } from './command.ts'
import { findPlan } from './find-plan.ts'
import { taskOnDemand } from './on-demand.ts'
import { performRun } from './perform-run.ts'
import { textOf } from './read-options.ts'

/** What is done: a task of the config, with options of the moment. */
export interface OnDemand {
  readonly system: System
  /** `component/task`. */
  readonly id: string
  readonly options: JsonObject
  /** What the JSON of this run has beside it. */
  readonly moreJson?: (runId: string) => Promise<object>
}

/** Plans one task with options of the moment, asks for what it needs, and does it. */
export async function actOnDemand(
  context: CommandContext,
  vigie: Vigie,
  args: Arguments,
  { system, id, options, moreJson }: OnDemand,
): Promise<number> {
  const step = taskOnDemand(system, id, options)
  const approved = textOf(args, 'approve')
  return performRun(context, vigie, {
    system,
    selection: { name: step.id, at: undefined, steps: [step] },
    isDryRun: isSet(args, 'dry-run'),
    consent: { yes: isSet(args, 'yes'), approve: approved && (await findPlan(vigie, approved)).id },
    by: textOf(args, 'by'),
    severity: undefined,
    ...(moreJson !== undefined && { moreJson }),
  })
}

interface Found {
  readonly system: System
  readonly component: ConfiguredComponent
}

/** A task of the component that `find` gives, done with options of the moment. */
export function actOnFound(find: (vigie: Vigie, args: Arguments) => Found) {
  return async (context: CommandContext, args: Arguments, task: string, options: JsonObject): Promise<number> => {
    const vigie = await context.open()
    const { system, component } = find(vigie, args)
    return actOnDemand(context, vigie, args, { system, id: `${component.name}/${task}`, options })
  }
}
