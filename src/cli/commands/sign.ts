import { nearestNames } from '../../config/problem.ts'
import { peopleComponent } from '../../config/system.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import type { Command } from '../command.ts'
import { textOf } from '../read-options.ts'
import { unknownStep } from '../texts.ts'

const nameNeeded = message('cli.sign-name-needed', {
  en: () => 'Who signs, and what was seen? Write --by NAME and --note TEXT.',
  fr: () => 'Qui signe, et qu’a-t-on constaté ? Écrivez --by NOM et --note TEXTE.',
})
const signedText = message<{ step: string; by: string; at: string }>('cli.signed', {
  en: (p, f) => `${p.step} signed by ${p.by}, ${f.dateTime(p.at)}.`,
  fr: (p, f) => `${p.step} signée par ${p.by}, ${f.dateTime(p.at)}.`,
})
const signTexts = [nameNeeded, signedText]

/** Ticks an item that a person did, with name and note, into the audit. */
export const signCommand: Command = {
  texts: signTexts,
  showsStoredTexts: false,
  run: async ({ output, open }, args) => {
    const { system, store, engine } = await open()
    const by = textOf(args, 'by')
    const note = textOf(args, 'note')
    if (!by || !note) throw new VigieError('usage', nameNeeded({}))
    const word = args.positionals[0] ?? ''
    const items = [...system.routines.values()].flatMap(({ steps }) => steps.filter(({ type }) => type === 'human'))
    const item = items.find(({ id }) => id === word || id === `${peopleComponent}/${word}`)
    if (item === undefined) {
      throw new VigieError('unknown-step', unknownStep({ name: word }), {
        hint: nearestNames(
          word,
          items.map(({ id }) => id),
        ),
      })
    }
    const at = engine.world.clock.now()
    const signOff = { system: system.name, step: item.id, at, by, note }
    await store.signOffs.add(signOff)
    if (output.settings.isJson) output.json({ signOff: { ...signOff, at: at.toISOString() } })
    else output.line(output.text(signedText({ step: item.id, by, at: at.toISOString() })))
    return 0
  },
}
