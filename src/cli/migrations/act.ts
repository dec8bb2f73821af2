import type { JsonObject } from '../../core/json.ts'
import { actOnDemand } from '../act-on-demand.ts'
import type { Arguments, CommandContext } from '../command.ts'
import { findCode } from './find-code.ts'

/** Does one migration task with options of the moment. */
export async function actOnMigrations(
  context: CommandContext,
  args: Arguments,
  task: string,
  options: JsonObject,
): Promise<number> {
  const vigie = await context.open()
  const { system, component } = findCode(vigie, args)
  return actOnDemand(context, vigie, args, { system, id: `${component.name}/${task}`, options })
}
