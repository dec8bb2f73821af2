import { actOnDemand } from '../../act-on-demand.ts'
import { findEntry, findEntryTexts } from '../../backups/find-entry.ts'
import type { Command } from '../../command.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

/** Lets backups go that no rule keeps, and what broken off ones left. */
export const backupsPruneCommand: Command = {
  texts: [...findEntryTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const { name } = await findEntry(vigie, args)
    return actOnDemand(context, vigie, args, { system: vigie.system, id: `${name}/prune`, options: {} })
  },
}
