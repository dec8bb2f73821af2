import { chosenBackup } from '../../../backups/chosen-backup.ts'
import type { ConfiguredComponent } from '../../../config/system.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { askComponent } from '../../../engine/ask-component.ts'
import { findEntry, findEntryTexts } from '../../backups/find-entry.ts'
import { type Command, isSet } from '../../command.ts'
import { checkOnDemand } from '../../on-demand.ts'
import { performRun, performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

const leftOut = message<{ entry: string }>('cli.backups-verify-left-out', {
  en: (p) => `The config leaves "verify" of ${p.entry} out.`,
  fr: (p) => `La configuration exclut « verify » de ${p.entry}.`,
})

/** Looks whether backups are there whole, and reads every byte of the newest, of one, or of all. */
export const backupsVerifyCommand: Command = {
  texts: [...findEntryTexts, ...renderRunTexts, ...performRunTexts, leftOut],
  run: async (context, args) => {
    const vigie = await context.open()
    const { system, engine } = vigie
    const [named] = args.positionals
    const entry = await findEntry(vigie, args, named)
    const id = `${entry.name}/verify`
    if (!system.steps.has(id)) throw new VigieError('usage', leftOut({ entry: entry.name }))
    const one =
      named === undefined
        ? undefined
        : await askComponent(engine, { system, component: entry, signal: context.signal }, (_, ctx) =>
            chosenBackup(entry.name, named, ctx, usedBy(entry)),
          )
    const read = isSet(args, 'all') ? 'all' : 'last'
    const step = checkOnDemand(system, id, { read, ...(one !== undefined && { backup: one.id }) })
    return performRun(context, vigie, {
      system,
      selection: { name: id, at: undefined, steps: [step] },
      isDryRun: false,
      consent: { yes: false, approve: undefined },
      by: undefined,
      severity: undefined,
    })
  },
}

function usedBy({ kind, options }: ConfiguredComponent): readonly string[] {
  return (kind.uses?.(options) ?? []).map(({ component }) => component)
}
