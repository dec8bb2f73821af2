import { actOnDemand } from '../../act-on-demand.ts'
import { drillJson } from '../../backups/backup-json.ts'
import { findEntry, findEntryTexts } from '../../backups/find-entry.ts'
import type { Command } from '../../command.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

/** Rehearses a restore and asks the restored copy. */
export const backupsDrillCommand: Command = {
  texts: [...findEntryTexts, ...findPlanTexts, ...renderRunTexts, ...performRunTexts],
  run: async (context, args) => {
    const vigie = await context.open()
    const [backup = 'latest'] = args.positionals
    const { name } = await findEntry(vigie, args, backup)
    const { system, store } = vigie
    return actOnDemand(context, vigie, args, {
      ...{ system, id: `${name}/drill`, options: { backup } },
      moreJson: async (runId) => {
        const drill = (await store.backups.drills(system.name, name)).find(({ run }) => run === runId)
        return { drill: drill === undefined ? null : drillJson(drill, context.output.text) }
      },
    })
  },
}
