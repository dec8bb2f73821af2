import { readdir, realpath } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { isSecretReference } from '../core/secret.ts'
import { packageRoot } from '../platform/own-package.ts'
import { describedOptions } from './described-options.ts'
import { configModules } from './module-hooks.ts'
import type { System } from './system.ts'

/** Without these Vigie could not look after the system again; absolute paths. */
export interface NeededFiles {
  /** The config, what it imports, its `.env` files, the package.json that say how to read it, and files of secrets. */
  readonly files: readonly string[]
  /** Folders of installed packages, and Vigie's own. Something in them may still be declared as a folder of its own. */
  readonly folders: readonly string[]
}

export async function neededFiles(system: System): Promise<NeededFiles> {
  const real = await realpath(system.file).catch(() => system.file)
  const modules = configModules().map(installedIn)
  const code = [system.file, real, ...modules.flatMap(({ file }) => (file === undefined ? [] : [file]))]
  const above = [...new Set(code.flatMap((file) => foldersAbove(file)))]
  const variables = await Promise.all([...new Set([dirname(system.file), dirname(real)])].map(environmentFiles))
  const own = packageRoot()
  return {
    files: [
      ...new Set([
        ...code,
        ...above.map((folder) => join(folder, 'package.json')),
        ...variables.flat(),
        ...secretFiles(system),
      ]),
      process.execPath,
    ],
    folders: [
      ...new Set([
        ...above.map((folder) => join(folder, 'node_modules')),
        ...[...modules, installedIn(own)].flatMap(({ folder }) => (folder === undefined ? [] : [folder])),
        own,
      ]),
    ],
  }
}

/** The outermost node_modules that a file stands in stands for all of them: one imports the other. */
function installedIn(path: string): { readonly file?: string; readonly folder?: string } {
  const [before = '', ...rest] = path.split(`${sep}node_modules${sep}`)
  return rest.length === 0 ? { file: path } : { folder: join(before, 'node_modules') }
}

function foldersAbove(file: string): readonly string[] {
  const folder = dirname(file)
  return folder === file ? [] : [folder, ...foldersAbove(folder)]
}

/** None in a folder that cannot be listed: nothing was read from there either. */
async function environmentFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names.filter((name) => name.startsWith('.env')).map((name) => join(folder, name))
}

function secretFiles(system: System): readonly string[] {
  const seen = new Set<unknown>()
  const walk = (value: unknown): readonly string[] => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return []
    seen.add(value)
    if (isSecretReference(value)) return 'secretFile' in value ? [resolve(system.baseDir, value.secretFile)] : []
    return Object.values(value).flatMap(walk)
  }
  return describedOptions(system).flatMap(({ options }) => walk(options))
}
