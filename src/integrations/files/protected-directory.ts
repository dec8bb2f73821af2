import { access } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Where files are kept that were taken out of their tree. */
export const quarantineFolder = '.vigie-quarantine'

/** What a directory holds when it is something that must never be cleaned. All names of a row must be there. */
const signatures: readonly (readonly string[])[] = [
  ['PG_VERSION', 'global'],
  ['PG_VERSION', 'base'],
  ['config', 'data', 'index', 'keys', 'snapshots'],
  ['archive.info'],
  ['backup.info'],
  ['README', 'config', 'data', 'nonce'],
  ['vigie-repository.json'],
  ['state.db', 'audit.head'],
  ['ibdata1'],
  ['dump.rdb'],
  ['appendonlydir'],
  ['HEAD', 'objects', 'refs'],
]
const names = ['.vigie', quarantineFolder, '.git', '.hg', '.svn', '.borg', '.restic']

/** Loaded or not: the config of another system may stand anywhere. */
const configNames = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml', 'json'].map((ending) => `vigie.config.${ending}`)

/**
 * Whether a directory is protected by what it is: Vigie's own data, its quarantine, a database's folder (PostgreSQL, MySQL, Redis), a
 * backup repository (restic, pgBackRest, borg, Vigie), a version-control folder, the packages beside a config.
 */
export async function isProtectedDirectory(directory: string): Promise<boolean> {
  const name = basename(directory)
  if (names.includes(name)) return true
  if (name === 'node_modules' && (await holdsConfig(dirname(directory)))) return true
  for (const signature of signatures) {
    let isWhole = true
    for (const part of signature) isWhole &&= await exists(join(directory, part))
    if (isWhole) return true
  }
  return false
}

/**
 * Whether a file is a config of Vigie, or stands beside one and is needed to read it (its variables, its package.json);
 * or leads to a version-control folder, as `.git` of a worktree does.
 */
export async function isProtectedFile(path: string): Promise<boolean> {
  const name = basename(path)
  if (configNames.includes(name) || names.includes(name)) return true
  return (name.startsWith('.env') || name === 'package.json') && holdsConfig(dirname(path))
}

async function holdsConfig(directory: string): Promise<boolean> {
  for (const name of configNames) if (await exists(join(directory, name))) return true
  return false
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
