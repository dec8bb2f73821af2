import { existsSync, type Stats, statSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import { createRedactor } from '../core/redact.ts'
import { resolveConfigModules } from './module-hooks.ts'
import { dataEndings } from './places/read-places.ts'
import { EndedError, NeverSettledError, settle } from './settle.ts'

/** A config is data; one that reads a file or asks a server still has time. */
const loadLimitMs = 30_000

export const configNames = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((ending) => `vigie.config.${ending}`)

const notFound = message<{ dir: string }>('config.not-found', {
  en: (p) => `No vigie.config.ts (or .yaml, .json) in ${p.dir} or above it.`,
  fr: (p) => `Aucun vigie.config.ts (ni .yaml, ni .json) dans ${p.dir} ni au-dessus.`,
})
const notFoundHint = message('config.not-found-hint', {
  en: () => 'Write one with `vigie init`, or name it with --config FILE.',
  fr: () => 'Écrivez-en un avec `vigie init`, ou indiquez-le avec --config FICHIER.',
})
const emptyFolder = message<{ dir: string }>('config.empty-folder', {
  en: (p) => `No vigie.config.ts (or .yaml, .json) in the folder ${p.dir}.`,
  fr: (p) => `Aucun vigie.config.ts (ni .yaml, .json) dans le dossier ${p.dir}.`,
})
const missingFile = message<{ file: string }>('config.missing-file', {
  en: (p) => `There is no config file ${p.file}.`,
  fr: (p) => `Le fichier de configuration ${p.file} n'existe pas.`,
})
const threw = message<{ file: string; detail: string }>('config.threw', {
  en: (p) => `${p.file} could not be loaded: ${p.detail}`,
  fr: (p) => `${p.file} n'a pas pu être chargé : ${p.detail}`,
})
const missingPackage = message<{ name: string }>('config.missing-package', {
  en: (p) => `It imports "${p.name}", which is not installed: npm install ${p.name}`,
  fr: (p) => `Il importe « ${p.name} », qui n'est pas installé : npm install ${p.name}`,
})
const brokenPackage = message<{ file: string; packageFile: string }>('config.broken-package', {
  en: (p) => `${p.file} could not be loaded because of ${p.packageFile}, which is not a valid JSON object.`,
  fr: (p) => `${p.file} n'a pas pu être chargé à cause de ${p.packageFile}, qui n'est pas un objet JSON valide.`,
})
const brokenPackageHint = message<{ packageFile: string }>('config.broken-package-hint', {
  en: (p) => `Put ${p.packageFile} right: Node reads it for what the config imports.`,
  fr: (p) => `Corrigez ${p.packageFile} : Node le lit pour ce que la configuration importe.`,
})
const thrownAt = message<{ file: string; line: number }>('config.thrown-at', {
  en: (p) => `Look at line ${p.line}: ${p.file}:${p.line}`,
  fr: (p) => `Regardez la ligne ${p.line} : ${p.file}:${p.line}`,
})
const threwHint = message('config.threw-hint', {
  en: () => 'See where: VIGIE_DEBUG=1 vigie config explain',
  fr: () => 'Voyez où : VIGIE_DEBUG=1 vigie config explain',
})
const neverLoaded = message<{ file: string }>('config.never-loaded', {
  en: (p) => `${p.file} could not be loaded: it waits for something that never comes.`,
  fr: (p) => `${p.file} n'a pas pu être chargé : il attend quelque chose qui n'arrive jamais.`,
})
const neverLoadedHint = message('config.never-loaded-hint', {
  en: () =>
    'Look for an `await`, or an exported promise, that nothing ends. A config is data: it needs to wait for nothing.',
  fr: () =>
    "Cherchez un `await`, ou une promesse exportée, que rien ne termine. Une configuration est faite de données : elle n'a rien à attendre.",
})
const noDefault = message<{ file: string }>('config.no-default', {
  en: (p) => `${p.file} exports no system.`,
  fr: (p) => `${p.file} n'exporte aucun système.`,
})
const noDefaultHint = message('config.no-default-hint', {
  en: () => 'End it with: export default defineSystem({ … })',
  fr: () => 'Terminez-le par : export default defineSystem({ … })',
})
const ended = message<{ file: string; call: string }>('config.ended', {
  en: (p) => `${p.file} could not be loaded: it calls ${p.call}, which would end Vigie itself.`,
  fr: (p) => `${p.file} n'a pas pu être chargé : il appelle ${p.call}, ce qui arrêterait Vigie lui-même.`,
})
const endedHint = message('config.ended-hint', {
  en: () => 'Take the call away, or keep the config from importing a program that makes it. A config is data.',
  fr: () => "Ôtez cet appel, ou n'importez pas un programme qui le fait. Une configuration est faite de données.",
})
export const readMessages = [
  ...[ended, endedHint, emptyFolder],
  ...[notFound, notFoundHint, missingFile, threw, missingPackage],
  ...[brokenPackage, brokenPackageHint, thrownAt, threwHint, neverLoaded, neverLoadedHint, noDefault, noDefaultHint],
]

/** The config file that a command means: the one it names, itself or by its folder, or the first found from `cwd` upwards. Throws `config-not-found`. */
export function findConfig(cwd: string, named: string | undefined): string {
  if (named !== undefined) {
    const file = resolve(cwd, named)
    const found = lookAt(file)
    if (found === undefined) throw new VigieError('config-not-found', missingFile({ file }), { hint: notFoundHint({}) })
    if (!found.isDirectory()) return file
    const within = configIn(file)
    if (within !== undefined) return within
    throw new VigieError('config-not-found', emptyFolder({ dir: file }), { hint: notFoundHint({}) })
  }
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    const found = configIn(dir)
    if (found !== undefined) return found
    if (dir === dirname(dir))
      throw new VigieError('config-not-found', notFound({ dir: cwd }), { hint: notFoundHint({}) })
  }
}

/** Undefined where there is nothing, and where one may not look. */
function lookAt(file: string): Stats | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function configIn(dir: string): string | undefined {
  return configNames.map((name) => join(dir, name)).find((file) => existsSync(file))
}

/**
 * What the file says, not yet validated. Throws `config-unreadable`.
 *
 * @param reading another number reads what changed since; Node keeps what it read, about 50 kB each time
 */
export async function readConfig(file: string, reading = 0): Promise<unknown> {
  const isData = dataEndings.includes(extname(file))
  try {
    return isData ? await readData(file) : await readModule(file, reading)
  } catch (error) {
    if (error instanceof VigieError) throw error
    if (error instanceof NeverSettledError) {
      throw new VigieError('config-unreadable', neverLoaded({ file }), { hint: neverLoadedHint({}), cause: error })
    }
    if (error instanceof EndedError) {
      const told = ended({ file, call: error.message })
      throw new VigieError('config-unreadable', told, { hint: endedHint({}), cause: error })
    }
    const detail = createRedactor().redact(error instanceof Error ? error.message : inspect(error, { depth: 1 }))
    const packageFile = /Invalid package config (.+package\.json)/.exec(detail)?.[1]
    if (packageFile !== undefined) {
      const hint = brokenPackageHint({ packageFile })
      throw new VigieError('config-unreadable', brokenPackage({ file, packageFile }), { hint, cause: error })
    }
    const name = /Cannot find package '([^']+)'/.exec(detail)?.[1]
    const line = await lineOf(error, file)
    const hint = name !== undefined ? missingPackage({ name }) : line > 0 ? thrownAt({ file, line }) : threwHint({})
    throw new VigieError('config-unreadable', threw({ file, detail: firstLines(detail) }), { hint, cause: error })
  }
}

async function readData(file: string): Promise<unknown> {
  const { parse } = await import('yaml')
  return parse(await readFile(file, 'utf8'))
}

async function readModule(file: string, reading: number): Promise<unknown> {
  const url = pathToFileURL(await realpath(file))
  const href = reading === 0 ? url.href : `${url.href}?v=${reading}`
  resolveConfigModules(href)
  const system = await settle(() => exported(href), loadLimitMs)
  if (typeof system !== 'object' || system === null) {
    throw new VigieError('config-unreadable', noDefault({ file }), { hint: noDefaultHint({}) })
  }
  return system
}

async function exported(href: string): Promise<unknown> {
  const loaded: { default?: unknown } = await import(href)
  const system = await loaded.default
  // A promise that the config left to fail is told by now.
  await nextTurn()
  return system
}

/** The line of the config at which something was thrown, or what does not parse stands; 0 when the stack tells none. */
async function lineOf(error: unknown, file: string): Promise<number> {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  // A file that cannot be followed stands in the stack as it was named.
  const { href } = pathToFileURL(await realpath(file).catch(() => file))
  const [, rest = ''] = stack.split(href)
  return Number.parseInt(rest.replace(/^(?:\?v=\d+)?:/, ''), 10) || 0
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 3).join('\n')
}
