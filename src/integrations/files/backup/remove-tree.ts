import { chmod, lstat, opendir, readdir, rmdir, unlink } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { errorCode } from '../../../core/field-of.ts'
import { type BytePath, joined, systemPath, toBytes } from './byte-path.ts'

/** What a killed Vigie had started may write for a moment more: until it finds that nothing comes any more. */
const [tries, betweenMs] = [20, 100]

/**
 * Removes a folder with all in it, whatever the names and modes. Links are removed, never followed, and nothing that is
 * mounted below it is entered: then it throws. What is gone already is fine, and what comes meanwhile is removed too.
 */
export async function removeTree(path: string): Promise<void> {
  const root = toBytes(path)
  for (let left = tries; ; left--) {
    const found = await lstat(systemPath(root)).catch(ifGone)
    if (found === undefined) return
    if (!found.isDirectory()) return unlink(systemPath(root)).catch(ifGone)
    try {
      return await removeFolder(root, found.dev)
    } catch (error) {
      if (errorCode(error) !== 'ENOTEMPTY' || left === 0) throw error
      await wait(betweenMs)
    }
  }
}

async function removeFolder(path: BytePath, device: number): Promise<void> {
  const names = await readdir(systemPath(path), { encoding: 'latin1' }).catch(async (error: unknown) => {
    if (errorCode(error) !== 'EACCES') return ifGone(error) ?? []
    await chmod(systemPath(path), 0o700)
    return readdir(systemPath(path), { encoding: 'latin1' })
  })
  for (const name of names) {
    const inner = joined(path, name)
    const found = await lstat(systemPath(inner)).catch(ifGone)
    if (found === undefined) continue
    if (!found.isDirectory()) await emptied(path, () => unlink(systemPath(inner)))
    else if (found.dev === device) await removeFolder(inner, device)
    else throw new Error(`something is mounted in ${inner}`)
  }
  await emptied(path.slice(0, path.lastIndexOf('/')), () => rmdir(systemPath(path)))
}

/** Of a folder that we own but may not write to, the mode is changed first. */
async function emptied(folder: BytePath, remove: () => Promise<void>): Promise<void> {
  try {
    await remove()
  } catch (error) {
    if (errorCode(error) !== 'EACCES') return ifGone(error)
    await chmod(systemPath(folder), 0o700)
    await remove().catch(ifGone)
  }
}

/** Whether a folder is there and holds nothing. */
export async function isEmptyFolder(path: string): Promise<boolean> {
  const folder = await opendir(path).catch(() => undefined)
  if (folder === undefined) return false
  const first = await folder.read()
  await folder.close()
  return first === null
}

function ifGone(error: unknown): undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined
  throw error
}
