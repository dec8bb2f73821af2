import type { JsonObject } from '../../core/json.ts'
import { actOnDemand } from '../act-on-demand.ts'
import type { Arguments, CommandContext } from '../command.ts'
import { findDatabase } from './find-database.ts'

/** Does one task of the database with options of the moment. */
export async function actOnDatabase(
  context: CommandContext,
  args: Arguments,
  task: string,
  options: JsonObject,
): Promise<number> {
  const vigie = await context.open()
  const { system, component } = findDatabase(vigie, args)
  return actOnDemand(context, vigie, args, { system, id: `${component.name}/${task}`, options })
}
