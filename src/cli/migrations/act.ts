import type { JsonObject } from '../../core/json.ts'
import { type Arguments, type CommandContext, isSet } from '../command.ts'
import { findPlan } from '../find-plan.ts'
import { taskOnDemand } from '../on-demand.ts'
import { performRun } from '../perform-run.ts'
import { textOf } from '../read-options.ts'
import { findCode } from './find-code.ts'

/** Plans one migration task with options of the moment, asks for what it needs, and does it. */
export async function actOnMigrations(
  context: CommandContext,
  args: Arguments,
  task: string,
  options: JsonObject,
): Promise<number> {
  const vigie = await context.open()
  const { system, component } = findCode(vigie, args)
  const step = taskOnDemand(system, `${component.name}/${task}`, options)
  const approved = textOf(args, 'approve')
  return performRun(context, vigie, {
    system,
    selection: { name: step.id, at: undefined, steps: [step] },
    isDryRun: isSet(args, 'dry-run'),
    consent: { yes: isSet(args, 'yes'), approve: approved && (await findPlan(vigie, approved)).id },
    by: textOf(args, 'by'),
    severity: undefined,
  })
}
