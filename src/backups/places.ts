import { randomBytes } from 'node:crypto'
import { sha256 } from '../core/hash.ts'

/** The folder of an entry in its repository. No other entry, of whatever system, has the same. */
export function entryFolder(system: string, entry: string): string {
  return `${plainName(system)}/${plainName(entry)}`
}

export function backupFolder(system: string, entry: string, id: string): string {
  return `${entryFolder(system, entry)}/${id}`
}

/** Sorts as it was begun, and nobody else makes the same. */
export function newBackupId(at: Date): string {
  const time = at
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(':', '')
  return `${time}-${randomBytes(3).toString('hex')}`
}

export const backupIdPattern = /^\d{4}-\d{2}-\d{2}T\d{6}-[0-9a-f]{6}$/

/** When a backup was begun, to the second, by its id. */
export function begunAt(id: string): Date {
  const [, day = '', hour = '', minute = '', second = ''] = /^(.{10})T(..)(..)(..)-/.exec(id) ?? []
  return new Date(`${day}T${hour}:${minute}:${second}Z`)
}

/** A name as paths in a repository may have it; one that had to be changed gets a mark, so that no two become one. */
function plainName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9_-]+/g, '-')
  return plain === name ? plain : `${plain.slice(0, 40)}-${sha256(name).slice(0, 8)}`
}
