import { access } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** What a directory holds when it is something that must never be cleaned. All names of a row must be there. */
const signatures: readonly (readonly string[])[] = [
  ['PG_VERSION', 'global'],
  ['PG_VERSION', 'base'],
  ['config', 'data', 'index', 'keys', 'snapshots'],
  ['archive.info'],
  ['backup.info'],
  ['README', 'config', 'data', 'nonce'],
  ['vigie-repository.json'],
  ['ibdata1'],
  ['dump.rdb'],
  ['appendonlydir'],
  ['HEAD', 'objects', 'refs'],
]
const names = ['.vigie', '.git', '.hg', '.svn', '.borg', '.restic']

/**
 * Whether a directory is protected by what it is: Vigie's own data, a database's folder (PostgreSQL, MySQL, Redis), a
 * backup repository (restic, pgBackRest, borg, Vigie), a version-control folder.
 */
export async function isProtectedDirectory(directory: string): Promise<boolean> {
  if (names.includes(basename(directory))) return true
  const exists = (name: string): Promise<boolean> =>
    access(join(directory, name)).then(
      () => true,
      () => false,
    )
  for (const signature of signatures) {
    let isWhole = true
    for (const name of signature) isWhole &&= await exists(name)
    if (isWhole) return true
  }
  return false
}
