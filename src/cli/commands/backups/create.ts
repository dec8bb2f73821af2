import { actOnDemand } from '../../act-on-demand.ts'
import { findEntry, findEntryTexts } from '../../backups/find-entry.ts'
import type { Command } from '../../command.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

/** Makes a backup now. */
export const backupsCreateCommand: Command = {
  texts: [...findEntryTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const [named] = args.positionals
    const values = named === undefined ? args.values : { ...args.values, entry: named }
    const { name } = await findEntry(vigie, { ...args, values })
    const only = [args.values['component'] ?? []].flat().filter((one) => typeof one === 'string')
    return actOnDemand(context, vigie, args, { system: vigie.system, id: `${name}/create`, options: { only } })
  },
}
