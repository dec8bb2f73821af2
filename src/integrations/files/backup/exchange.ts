import { chmod, chown, lstat, mkdir, rename, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BackupError } from '../../../core/backup.ts'
import { errorCode } from '../../../core/field-of.ts'
import { type BytePath, systemPath, toBytes } from './byte-path.ts'
import { beforePrefix, restoreFolder } from './left-alone.ts'
import { throughLink, tooManyNames } from './restore-texts.ts'
import { type Exchange, namesIn, type Staging, syncFolder } from './staging.ts'

/** Written down before an exchange piece by piece. */
const namesAtMost = 100_000
/** Restores of one second. */
const triedNames = 99

/**
 * Puts the unpacked tree in the place of a folder, which gets the name `before`; it is put back when that fails. Without
 * such a name only an empty folder gives way.
 */
export async function swapFolder({ tree }: Staging, target: string, before: string | undefined): Promise<void> {
  if (before !== undefined) await rename(target, before)
  try {
    await rename(tree, target)
  } catch (error) {
    if (before !== undefined) await rename(before, target)
    throw error
  }
  await syncFolder(dirname(target))
}

/**
 * Exchanges what is in a folder, which is a mount and cannot be renamed, for the unpacked tree: all that was there goes into
 * `before`, piece by piece. What is to be done is written down first; any failure brings everything back. Gives whether
 * anything was there.
 */
export async function swapInside(staging: Staging, target: string, before: string): Promise<boolean> {
  const old = (await namesIn(target)).filter((name) => name !== restoreFolder && !name.startsWith(beforePrefix))
  const fresh = await namesIn(staging.tree)
  if (old.length + fresh.length > namesAtMost) throw new BackupError('assertion', tooManyNames({ path: target }))
  const exchange = { before, old, fresh }
  await staging.begin(exchange)
  try {
    if (old.length > 0) await mkdir(join(target, before), { mode: 0o700 })
    for (const name of old) await rename(inside(target, name), inside(join(target, before), name))
    for (const name of fresh) await rename(inside(staging.tree, name), inside(target, name))
    await likeFolder(staging.tree, target)
  } catch (error) {
    await undoExchange(target, staging.folder, exchange)
    throw error
  }
  await syncFolder(target)
  await staging.end()
  return old.length > 0
}

/** Brings everything back where it was before an exchange, however far that came. */
export async function undoExchange(target: string, staging: string, { before, old, fresh }: Exchange): Promise<void> {
  const [tree, kept] = [join(staging, 'tree'), join(target, before)]
  for (const name of fresh) {
    const isMoved = !(await exists(`${toBytes(tree)}/${name}`))
    const isOld = old.includes(name) && !(await exists(`${toBytes(kept)}/${name}`))
    if (isMoved && !isOld) await rename(inside(target, name), inside(tree, name)).catch(ifGone)
  }
  for (const name of old) await rename(inside(kept, name), inside(target, name)).catch(ifGone)
  await syncFolder(target)
}

/** Single files and folders: each is put in its place, and what stands there gets another name. All or none. */
export async function swapSome(
  tree: string,
  target: string,
  paths: readonly BytePath[],
  ending: string,
): Promise<readonly BytePath[]> {
  const done: { readonly from: Buffer; readonly to: Buffer }[] = []
  const kept: BytePath[] = []
  const move = async (from: BytePath, to: BytePath): Promise<void> => {
    const one = { from: systemPath(from), to: systemPath(to) }
    await rename(one.from, one.to)
    done.push(one)
  }
  const [source, root] = [toBytes(tree), toBytes(target)]
  try {
    for (const path of paths) {
      const place = await firstMissing(root, path)
      // Another one of its folder brought it already.
      if (!(await exists(`${source}/${place}`))) continue
      if (await exists(`${root}/${place}`)) {
        const aside = await freeBytes(`${root}/${place}${ending}`)
        await move(`${root}/${place}`, aside)
        kept.push(aside.slice(root.length + 1))
      }
      await move(`${source}/${place}`, `${root}/${place}`)
    }
  } catch (error) {
    for (const { from, to } of done.toReversed()) await rename(to, from)
    throw error
  }
  return kept
}

/** A name that nothing has: this one, or with a number. */
export async function freeName(path: string): Promise<string> {
  return systemPath(await freeBytes(toBytes(path))).toString()
}

async function freeBytes(path: BytePath): Promise<BytePath> {
  for (let number = 1; number <= triedNames; number++) {
    const name = number === 1 ? path : `${path}.${number}`
    if (!(await exists(name))) return name
  }
  throw new Error(`EEXIST: ${systemPath(path)}`)
}

/** The path, or the highest folder above it that is not there: it comes with what is wanted of it alone. */
async function firstMissing(root: BytePath, path: BytePath): Promise<BytePath> {
  const parts = path.split('/')
  for (let length = 1; length < parts.length; length++) {
    const above = parts.slice(0, length).join('/')
    const found = await lstat(systemPath(`${root}/${above}`)).catch(ifGone)
    if (found === undefined) return above
    if (!found.isDirectory()) throw new BackupError('assertion', throughLink({ path: systemPath(path).toString() }))
  }
  return path
}

/** A folder that stays gets what the unpacked one has. */
async function likeFolder(from: string, to: string): Promise<void> {
  const { mode, uid, gid, atime, mtime } = await lstat(from)
  if (process.getuid?.() === 0) await chown(to, uid, gid)
  await chmod(to, mode & 0o7777)
  await utimes(to, atime, mtime)
}

function inside(folder: string, name: BytePath): Buffer {
  return systemPath(`${toBytes(folder)}/${name}`)
}

async function exists(path: BytePath): Promise<boolean> {
  return (await lstat(systemPath(path)).catch(ifGone)) !== undefined
}

function ifGone(error: unknown): undefined {
  if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined
  throw error
}
