import { chosenBackup } from '../../../backups/chosen-backup.ts'
import { type Verification, verifiedIn, verifiedSnapshot } from '../../../backups/verify/verification.ts'
import type { ConfiguredComponent } from '../../../config/system.ts'
import { systemClock } from '../../../core/clock.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { askComponent } from '../../../engine/ask-component.ts'
import type { Vigie } from '../../../wire.ts'
import { findEntry, findEntryTexts } from '../../backups/find-entry.ts'
import { verificationJson, verificationLines, verificationTexts } from '../../backups/verification-lines.ts'
import { type Command, isSet } from '../../command.ts'
import { checkOnDemand } from '../../on-demand.ts'
import { performRun, performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

/** No look takes longer. */
const dayMs = 86_400_000

const leftOut = message<{ entry: string }>('cli.backups-verify-left-out', {
  en: (p) => `The config leaves "verify" of ${p.entry} out.`,
  fr: (p) => `La configuration exclut « verify » de ${p.entry}.`,
})

/** Looks whether backups are there whole, and reads the newest, one, or all: every byte, and what is in them. */
export const backupsVerifyCommand: Command = {
  texts: [...findEntryTexts, ...renderRunTexts, ...performRunTexts, ...verificationTexts, leftOut],
  run: async (context, args) => {
    const vigie = await context.open()
    const { output } = context
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
      moreJson: async (run) => ({
        verifications: (await seenIn(vigie, entry, run)).map((one) => verificationJson(one, output.text)),
      }),
      moreLines: async (run) => verificationLines(await seenIn(vigie, entry, run), output),
    })
  },
}

/** Nothing when the look came to no end. */
async function seenIn(
  { system, store }: Vigie,
  { name: component }: ConfiguredComponent,
  run: string,
): Promise<readonly Verification[]> {
  const place = { system: system.name, component, name: verifiedSnapshot }
  const since = new Date(systemClock.now().getTime() - dayMs)
  const at = (await store.snapshots.times(place, since)).at(-1)
  return (at === undefined ? undefined : verifiedIn(await store.snapshots.read(place, at), run)) ?? []
}

function usedBy({ kind, options }: ConfiguredComponent): readonly string[] {
  return (kind.uses?.(options) ?? []).map(({ component }) => component)
}
