import { quarantineFolder } from '../protected-directory.ts'
import type { BytePath } from './byte-path.ts'

/** Why something below the root is no part of a backup. */
export const leftOutReasons = ['excluded', 'mounted', 'kernel', 'own', 'repository', 'database', 'special'] as const
export type LeftOutReason = (typeof leftOutReasons)[number]

/** Where a restore works, and keeps what it takes the place of, when it cannot do so beside the root. */
export const restoreFolder = '.vigie-restore'
export const beforePrefix = '.vigie-before-'

const ownNames = ['.vigie', quarantineFolder, restoreFolder]
/** What only Vigie's own data has in it. */
const ownSignature = ['state.db', 'audit.head']
const repositorySignature = ['vigie-repository.json']
/** What backups in a folder are called, below that of their entry. */
const backupName = /^\d{4}-\d{2}-\d{2}T\d{6}-[0-9a-f]{6}$/
/** Folders that a server writes to: a copy of the files, one after the other, is no copy of the database. */
const databaseSignatures = [['PG_VERSION', 'global'], ['PG_VERSION', 'base'], ['ibdata1']]

/** Why a folder is left out for what it is, by its own name and the names in it (sorted or not); undefined: it is not. */
export function whyLeftAlone(name: BytePath, names: readonly BytePath[]): LeftOutReason | undefined {
  if (ownNames.includes(name) || name.startsWith(beforePrefix)) return 'own'
  const has = (signature: readonly string[]): boolean => signature.every((one) => names.includes(one))
  if (has(ownSignature)) return 'own'
  // A backup that held the backups before it would double each time.
  if (has(repositorySignature) || names.some((one) => backupName.test(one))) return 'repository'
  return databaseSignatures.some(has) ? 'database' : undefined
}
