import { existsSync, lstatSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { configNames } from '../../config/read-config.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { ownTimeZone } from '../../core/zoned.ts'
import { type Command, isSet } from '../command.ts'
import { lookAround, type Surroundings } from '../init/look-around.ts'
import { configText } from '../init/write-config.ts'

const exists = message<{ file: string }>('init.exists', {
  en: (p) => `There is a ${p.file} already; it was left as it is.`,
  fr: (p) => `${p.file} existe déjà ; il a été laissé tel quel.`,
})
const existsHint = message('init.exists-hint', {
  en: () => 'Write over it with --force.',
  fr: () => 'Remplacez-le avec --force.',
})
const otherHint = message('init.other-hint', {
  en: () => 'With --force a vigie.config.ts is written beside it, and counts in its place.',
  fr: () => 'Avec --force, un vigie.config.ts est écrit à côté et compte à sa place.',
})
const unwritable = message<{ file: string; detail: string }>('init.unwritable', {
  en: (p) => `${p.file} cannot be written: ${p.detail}`,
  fr: (p) => `${p.file} ne peut pas être écrit : ${p.detail}`,
})
const unwritableHint = message('init.unwritable-hint', {
  en: () => 'Give the folder to your user, or name another one: vigie init DIR',
  fr: () => 'Donnez le dossier à votre utilisateur, ou indiquez-en un autre : vigie init DOSSIER',
})
const wrote = message<{ file: string; components: string; found: string }>('init.wrote', {
  en: (p) => `Wrote ${p.file} with: ${p.components}${p.found === '' ? '' : `\nRecognised: ${p.found}`}`,
  fr: (p) => `${p.file} écrit, avec : ${p.components}${p.found === '' ? '' : `\nReconnus : ${p.found}`}`,
})
const unread = message<{ file: string; line: number }>('init.unread', {
  en: (p) => `${p.file} was not understood${p.line === 0 ? '' : ` (line ${p.line})`}: nothing was taken from it`,
  fr: (p) => `${p.file} n'a pas été compris${p.line === 0 ? '' : ` (ligne ${p.line})`} : rien n'en a été repris`,
})
const unsetVariable = message<{ name: string }>('init.unset', {
  en: (p) => `${p.name} has no value yet: export it, or write it into .env`,
  fr: (p) => `${p.name} n'a pas encore de valeur : exportez-la, ou écrivez-la dans .env`,
})
const next = message('init.next', {
  en: () => '→ npx vigie doctor, then npx vigie run daily',
  fr: () => '→ npx vigie doctor, puis npx vigie run daily',
})

export const initCommand: Command = {
  texts: [exists, existsHint, otherHint, unwritable, unwritableHint, wrote, unread, unsetVariable, next],
  run: async ({ output, cwd }, args) => {
    const dir = resolve(cwd, args.positionals[0] ?? '.')
    const file = join(dir, 'vigie.config.ts')
    const isForced = isSet(args, 'force')
    const present = configNames.map((name) => join(dir, name)).find(isThere)
    if (present !== undefined && !isForced) {
      const hint = present === file ? existsHint({}) : otherHint({})
      throw new VigieError('usage', exists({ file: present }), { hint })
    }
    const seen = await lookAround(dir)
    const { text, components } = configText(seen, output.settings.locale, ownTimeZone())
    await write(dir, file, text, isForced)
    if (seen.gitRemotes !== undefined) await keepOutOfGit(join(dir, '.vigie'))
    if (output.settings.isJson) {
      const told = seen.unread.map(({ file: name, line }) => ({ file: name, line: line ?? null }))
      output.json({ init: { file, components, found: seen.found, unread: told } })
      return 0
    }
    output.line(output.text(wrote({ file, components: components.join(', '), found: seen.found.join(', ') })))
    for (const warning of warningsOf(seen)) output.line(`${output.status('warn')} ${output.text(warning)}`)
    output.line(output.text(next({})))
    return 0
  },
}

/** A link that leads nowhere is there too; where one may not look, writing tells why. */
function isThere(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

function warningsOf({ unread: files, database }: Surroundings): ReturnType<typeof unread>[] {
  return [
    ...files.map(({ file, line = 0 }) => unread({ file, line })),
    ...(database === undefined || database.isSet ? [] : [unsetVariable({ name: database.variable })]),
  ]
}

/** Anew, unless forced: what came to stand there meanwhile, or a link that leads nowhere, is not written over. */
async function write(dir: string, file: string, text: string, isForced: boolean): Promise<void> {
  try {
    // Not recursive: Node's own way never ends where a folder takes no children, as below /proc.
    if (!existsSync(dir)) await mkdir(dir)
    await writeFile(file, text, { flag: isForced ? 'w' : 'wx' })
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw new VigieError('usage', unwritable({ file, detail }), { hint: unwritableHint({}), cause: error })
  }
}

/**
 * The state is no change to commit: without this the first run would say that the checkout is dirty. What is there is left
 * as it is, and what cannot be made is no reason to call the config, which is written, a failure.
 */
async function keepOutOfGit(stateDir: string): Promise<void> {
  await mkdir(stateDir, { mode: 0o700 }).catch(() => undefined)
  await writeFile(join(stateDir, '.gitignore'), '*\n', { flag: 'wx' }).catch(() => undefined)
}
