import { createHash, randomBytes } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, rmdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { BackupError } from '../../core/backup.ts'
import { isObjectPath } from '../../core/object-path.ts'
import type { KeptObject, NotRemoved, Repository, Stored } from '../../core/repository.ts'
import { folderFull, folderFullHint, folderRefused, noFolder, noFolderHint, notThere } from './texts.ts'

/** What a write that was not finished is called; no object may be called so. */
const unfinished = /^\.unfinished-/
const pieceBytes = 256 * 1024

/** A folder as a repository. Throws `BackupError` with `unreachable` when it is not there. */
export async function openFolder(root: string): Promise<Repository> {
  const found = await stat(root).catch(() => undefined)
  if (!found?.isDirectory()) throw new BackupError('unreachable', noFolder({ path: root }), { hint: noFolderHint({}) })
  const fileOf = (path: string): string => {
    if (!isObjectPath(path)) throw new RangeError(`not a path in a repository: ${JSON.stringify(path)}`)
    return join(root, path)
  }
  return {
    place: root,
    fileOf,
    put: (path, body) => told(path, () => put(fileOf(path), body)),
    get: (path) => get(path, fileOf(path)),
    look: async (path) => {
      const there = await stat(fileOf(path)).catch(unlessMissing)
      return there?.isFile() ? { path, bytes: there.size, modifiedAt: there.mtime } : undefined
    },
    list: (folder) => list(root, folder === '' ? '' : folder),
    remove: async (paths) => {
      const kept: NotRemoved[] = []
      for (const { path, file } of paths.map((path) => ({ path, file: fileOf(path) }))) {
        try {
          await rm(file, { force: true })
          await removeEmptyFolders(root, dirname(path))
        } catch (error) {
          kept.push({ path, reason: folderRefused({ path, detail: detailOf(error) }) })
        }
      }
      return kept
    },
    freeBytes: async () => {
      const { bavail, bsize } = await statfs(root)
      return bavail * bsize
    },
    tidy: (before) => tidy(root, before),
    close: async () => undefined,
  }
}

async function put(file: string, body: AsyncIterable<Uint8Array>): Promise<Stored> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const scratch = join(folder, `.unfinished-${randomBytes(8).toString('hex')}`)
  try {
    const handle = await open(scratch, 'wx', 0o600)
    let stored: Stored
    try {
      stored = await writeAll(handle, body)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(scratch, file)
    await syncFolder(folder)
    return stored
  } catch (error) {
    await rm(scratch, { force: true })
    throw error
  }
}

async function writeAll(handle: FileHandle, body: AsyncIterable<Uint8Array>): Promise<Stored> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of body) {
    hash.update(piece)
    for (let at = 0; at < piece.length; ) at += (await handle.write(piece, at)).bytesWritten
    bytes += piece.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** The names in a folder are safe only when the folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function* get(path: string, file: string): AsyncIterable<Uint8Array> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR'))
      throw new BackupError('truncated', notThere({ path }), { cause: error })
    throw refused(path, error)
  })
  try {
    // A folder opens too.
    if (!(await handle.stat()).isFile()) throw new BackupError('truncated', notThere({ path }))
    for (;;) {
      const piece = Buffer.allocUnsafe(pieceBytes)
      const { bytesRead } = await handle.read(piece, 0, pieceBytes).catch((error: unknown) => {
        throw refused(path, error)
      })
      if (bytesRead === 0) return
      yield piece.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

async function* list(root: string, folder: string): AsyncIterable<KeptObject> {
  const entries: Dirent[] = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return []
    throw refused(folder, error)
  })
  // As the paths of whole objects sort: a folder counts with its `/`.
  const sorted = entries
    .map((entry) => ({ entry, key: entry.isDirectory() ? `${entry.name}/` : entry.name }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
  for (const { entry } of sorted) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory() && !entry.name.startsWith('.')) yield* list(root, path)
    else if (entry.isFile() && isObjectPath(path)) {
      const there = await stat(join(root, path)).catch(unlessMissing)
      if (there !== undefined) yield { path, bytes: there.size, modifiedAt: there.mtime }
    }
  }
}

/** What a link leads to is not ours; `readdir` by itself would go there (`recursive`). */
async function tidy(folder: string, before: Date): Promise<number> {
  let count = 0
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(unlessMissing)) ?? []) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) count += await tidy(path, before)
    if (!entry.isFile() || !unfinished.test(entry.name)) continue
    const there = await stat(path).catch(unlessMissing)
    if (there === undefined || there.mtime >= before) continue
    await rm(path, { force: true })
    count++
  }
  return count
}

async function removeEmptyFolders(root: string, folder: string): Promise<void> {
  for (let path = folder; path !== '.' && path !== ''; path = dirname(path)) {
    const isGone = await rmdir(join(root, path)).then(
      () => true,
      () => false,
    )
    if (!isGone) return
  }
}

async function told<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw isSystem(error) ? refused(path, error) : error
  }
}

function refused(path: string, error: unknown): BackupError {
  if (isCode(error, 'ENOSPC') || isCode(error, 'EDQUOT'))
    return new BackupError('no-space', folderFull({ path }), { hint: folderFullHint({}), cause: error })
  return new BackupError('unreachable', folderRefused({ path, detail: detailOf(error) }), { cause: error })
}

function unlessMissing(error: unknown): undefined {
  if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return undefined
  throw error
}

function isSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

function detailOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
