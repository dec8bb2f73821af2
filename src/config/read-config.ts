import { existsSync } from 'node:fs'
import { readFile, realpath } from 'node:fs/promises'
import { dirname, extname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { VigieError } from '../core/errors.ts'
import { message } from '../core/message.ts'
import { resolveConfigModules } from './module-hooks.ts'
import { dataEndings } from './places/read-places.ts'

export const configNames = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((ending) => `vigie.config.${ending}`)

const notFound = message<{ dir: string }>('config.not-found', {
  en: (p) => `No vigie.config.ts (or .yaml, .json) in ${p.dir} or above it.`,
  fr: (p) => `Aucun vigie.config.ts (ni .yaml, ni .json) dans ${p.dir} ni au-dessus.`,
})
const notFoundHint = message('config.not-found-hint', {
  en: () => 'Write one with `vigie init`, or name it with --config FILE.',
  fr: () => 'Écrivez-en un avec `vigie init`, ou indiquez-le avec --config FICHIER.',
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
const noDefault = message<{ file: string }>('config.no-default', {
  en: (p) => `${p.file} exports no system.`,
  fr: (p) => `${p.file} n'exporte aucun système.`,
})
const noDefaultHint = message('config.no-default-hint', {
  en: () => 'End it with: export default defineSystem({ … })',
  fr: () => 'Terminez-le par : export default defineSystem({ … })',
})
export const readMessages = [
  ...[notFound, notFoundHint, missingFile, threw, missingPackage],
  ...[brokenPackage, brokenPackageHint, noDefault, noDefaultHint],
]

/** The config file that a command means: the one it names, or the first found from `cwd` upwards. Throws `config-not-found`. */
export function findConfig(cwd: string, named: string | undefined): string {
  if (named !== undefined) {
    const file = resolve(cwd, named)
    if (!existsSync(file)) throw new VigieError('config-not-found', missingFile({ file }), { hint: notFoundHint({}) })
    return file
  }
  for (let dir = resolve(cwd); ; dir = dirname(dir)) {
    for (const name of configNames) if (existsSync(join(dir, name))) return join(dir, name)
    if (dir === dirname(dir))
      throw new VigieError('config-not-found', notFound({ dir: cwd }), { hint: notFoundHint({}) })
  }
}

/** What the file says, not yet validated. Throws `config-unreadable`. */
export async function readConfig(file: string): Promise<unknown> {
  const isData = dataEndings.includes(extname(file))
  try {
    return isData ? await readData(file) : await readModule(file)
  } catch (error) {
    if (error instanceof VigieError) throw error
    const detail = error instanceof Error ? error.message : String(error)
    const packageFile = /Invalid package config (.+package\.json)/.exec(detail)?.[1]
    if (packageFile !== undefined) {
      const hint = brokenPackageHint({ packageFile })
      throw new VigieError('config-unreadable', brokenPackage({ file, packageFile }), { hint, cause: error })
    }
    const name = /Cannot find package '([^']+)'/.exec(detail)?.[1]
    throw new VigieError('config-unreadable', threw({ file, detail: firstLines(detail) }), {
      cause: error,
      ...(name !== undefined && { hint: missingPackage({ name }) }),
    })
  }
}

async function readData(file: string): Promise<unknown> {
  const { parse } = await import('yaml')
  return parse(await readFile(file, 'utf8'))
}

async function readModule(file: string): Promise<unknown> {
  resolveConfigModules()
  const loaded: { default?: unknown } = await import(pathToFileURL(await realpath(file)).href)
  if (typeof loaded.default !== 'object' || loaded.default === null) {
    throw new VigieError('config-unreadable', noDefault({ file }), { hint: noDefaultHint({}) })
  }
  return loaded.default
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 3).join('\n')
}
