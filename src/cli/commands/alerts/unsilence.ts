import { userInfo } from 'node:os'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { silenceJson } from '../../alerts/alert-json.ts'
import { presentSilences } from '../../alerts/open-alerts.ts'
import { alertsListHint, alertTexts } from '../../alerts/texts.ts'
import { type Command, stringOf } from '../../command.ts'

const unknownSilence = message<{ id: string }>('cli.unknown-silence', {
  en: (p) => `No silence ${p.id} holds now.`,
  fr: (p) => `Aucun silence ${p.id} n'est en cours.`,
})
const ended = message<{ id: string }>('cli.silence-ended', {
  en: (p) => `The silence ${p.id} is over. What it kept quiet and still fires is told at once by the watch.`,
  fr: (p) => `Le silence ${p.id} est terminé. La veille annonce aussitôt ce qu'il taisait et qui est encore actif.`,
})

/** Ends a silence before its time. */
export const alertsUnsilenceCommand: Command = {
  texts: [unknownSilence, ended, ...alertTexts],
  showsStoredTexts: false,
  run: async ({ output, open }, args) => {
    const [id = ''] = args.positionals
    const vigie = await open()
    const { store, engine } = vigie
    const silence = (await presentSilences(vigie)).find((one) => one.id === id)
    if (silence === undefined) throw unknown(id)
    const at = engine.world.clock.now()
    const actor = stringOf(args, 'by')?.trim() || userInfo().username
    await store.audit.append({ at, actor, event: 'silence.ended', subject: { system: silence.system, silence: id } })
    if (!(await store.silences.end(id, at))) throw unknown(id)
    if (output.settings.isJson) output.json({ silence: silenceJson({ ...silence, endsAt: at }) })
    else output.line(output.text(ended({ id })))
    return 0
  },
}

function unknown(id: string): VigieError {
  return new VigieError('unknown-silence', unknownSilence({ id }), { hint: alertsListHint({}) })
}
