import { mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from '../../../core/field-of.ts'

/** A folder, wherever it was moved to. */
export interface FolderIdentity {
  readonly dev: number
  readonly ino: number
}

/** Undefined when nothing is there. */
export async function identityAt(path: string): Promise<FolderIdentity | undefined> {
  try {
    const { dev, ino } = await stat(path)
    return { dev, ino }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

export function isSameFolder(
  one: FolderIdentity | undefined | null,
  other: FolderIdentity | undefined | null,
): boolean {
  return one !== undefined && one !== null && one.ino === other?.ino && one.dev === other.dev
}

/** To where nothing is, or an empty folder, which is replaced at once (rename(2)). On the disk when this resolves. */
export async function moveFolder(from: string, to: string): Promise<void> {
  await rename(from, to)
  await syncFolder(dirname(from))
  await syncFolder(dirname(to))
}

/** The engine expects the folder of each of its volumes. */
export async function makeEmpty(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o755 })
  await syncFolder(dirname(path))
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
