import { nearestNames } from '../../../config/problem.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { actOnDemand } from '../../act-on-demand.ts'
import { type Command, isSet } from '../../command.ts'
import { findPlanTexts } from '../../find-plan.ts'
import { performRunTexts } from '../../perform-run.ts'
import { renderRunTexts } from '../../render-run.ts'

const unknown = message<{ name: string }>('cli.unknown-orphans', {
  en: (p) => `Nothing under "orphans" in the config is called "${p.name}".`,
  fr: (p) => `Rien sous « orphans » dans la configuration ne s'appelle « ${p.name} ».`,
})

/** Puts files of the quarantine back: those that a row names again, those that are named here, or all. */
export const orphansRestoreCommand: Command = {
  texts: [...findPlanTexts, ...renderRunTexts, ...performRunTexts, unknown],
  showsStoredTexts: false,
  run: async (context, args) => {
    const vigie = await context.open()
    const { system } = vigie
    const [name = '', ...files] = args.positionals
    const names = system.components.filter(({ section }) => section === 'orphans').map((one) => one.name)
    if (!names.includes(name)) throw new VigieError('usage', unknown({ name }), { hint: nearestNames(name, names) })
    const options = { files, all: isSet(args, 'all') }
    return actOnDemand(context, vigie, args, { system, id: `${name}/restore`, options })
  },
}
