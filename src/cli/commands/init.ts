import { access, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { type Command, isSet } from '../command.ts'
import { lookAround } from '../init/look-around.ts'
import { configText } from '../init/write-config.ts'

const exists = message<{ file: string }>('init.exists', {
  en: (p) => `There is a ${p.file} already; it was left as it is.`,
  fr: (p) => `${p.file} existe déjà ; il a été laissé tel quel.`,
})
const existsHint = message('init.exists-hint', {
  en: () => 'Write over it with --force.',
  fr: () => 'Remplacez-le avec --force.',
})
const wrote = message<{ file: string; components: string; found: string }>('init.wrote', {
  en: (p) => `Wrote ${p.file} with: ${p.components}${p.found === '' ? '' : `\nRecognised: ${p.found}`}`,
  fr: (p) => `${p.file} écrit, avec : ${p.components}${p.found === '' ? '' : `\nReconnus : ${p.found}`}`,
})
const next = message('init.next', { en: () => '→ npx vigie run daily', fr: () => '→ npx vigie run daily' })

export const initCommand: Command = {
  texts: [exists, existsHint, wrote, next],
  run: async ({ output, cwd }, args) => {
    const dir = resolve(cwd, args.positionals[0] ?? '.')
    const file = join(dir, 'vigie.config.ts')
    const isThere = await access(file).then(
      () => true,
      () => false,
    )
    if (isThere && !isSet(args, 'force')) throw new VigieError('usage', exists({ file }), { hint: existsHint({}) })
    const seen = await lookAround(dir)
    const { text, components } = configText(
      seen,
      output.settings.locale,
      Intl.DateTimeFormat().resolvedOptions().timeZone,
    )
    await mkdir(dir, { recursive: true })
    await writeFile(file, text)
    if (output.settings.isJson) output.json({ init: { file, components, found: seen.found } })
    else {
      output.line(output.text(wrote({ file, components: components.join(', '), found: seen.found.join(', ') })))
      output.line(output.text(next({})))
    }
    return 0
  },
}
