import { lstat, opendir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import picomatch from 'picomatch'
import { isProtectedDirectory } from './protected-directory.ts'

export interface FoundFile {
  /** Absolute. */
  readonly path: string
  readonly size: number
  /** Bytes given back when it goes: 0 while another name still holds it. */
  readonly freedBytes: number
  readonly mtimeMs: number
  readonly inode: string
  readonly device: string
  readonly mode: number
  readonly owner: number
}

export interface Walk {
  readonly files: readonly FoundFile[]
  /** Directories that could not be read. */
  readonly unreadable: readonly string[]
  /** Directories left out because Vigie protects them. */
  readonly protectedDirectories: readonly string[]
  /** The walk ended at its limit: it did not see everything. */
  readonly isCut: boolean
}

export interface WalkOptions {
  readonly glob: string
  readonly maxFiles: number
  /** Absolute paths that are not entered. */
  readonly protectedPaths: readonly string[]
  /** Leave out directories that are protected by what they hold. */
  readonly skipProtected: boolean
  readonly signal: AbortSignal
}

/** Regular files below `root` on its own device. Links are never followed, names that are not UTF-8 never touched. */
export async function walk(root: string, options: WalkOptions): Promise<Walk> {
  const matches = picomatch(options.glob, { dot: true })
  const files: FoundFile[] = []
  const unreadable: string[] = []
  const protectedDirectories: string[] = []
  const { dev: rootDevice } = await lstat(root, { bigint: true })
  let isCut = false
  const stack = [root]
  for (let directory = stack.pop(); directory !== undefined && !isCut; directory = stack.pop()) {
    options.signal.throwIfAborted()
    if (
      options.protectedPaths.includes(directory) ||
      (options.skipProtected && (await isProtectedDirectory(directory)))
    ) {
      protectedDirectories.push(directory)
      continue
    }
    try {
      for await (const entry of await opendir(directory)) {
        // A name that is not UTF-8 comes with U+FFFD in it: the path would lead to another file, or to none.
        if (entry.name.includes('\ufffd')) {
          unreadable.push(join(directory, entry.name))
          continue
        }
        const path = join(directory, entry.name)
        if (entry.isDirectory()) {
          const { dev } = await lstat(path, { bigint: true })
          if (dev === rootDevice) stack.push(path)
          continue
        }
        if (!entry.isFile() || options.protectedPaths.includes(path) || !matches(relative(root, path))) continue
        if (files.length >= options.maxFiles) {
          isCut = true
          break
        }
        const found = await lstat(path, { bigint: true }).catch(() => undefined)
        if (found !== undefined) files.push(fileOf(path, found))
      }
    } catch (error) {
      if (options.signal.aborted) throw error
      unreadable.push(directory)
    }
  }
  return { files, unreadable, protectedDirectories, isCut }
}

export function fileOf(path: string, stats: Awaited<ReturnType<typeof lstatBig>>): FoundFile {
  return {
    path,
    size: Number(stats.size),
    freedBytes: stats.nlink === 1n ? Number(stats.blocks) * 512 : 0,
    mtimeMs: Number(stats.mtimeMs),
    inode: String(stats.ino),
    device: String(stats.dev),
    mode: Number(stats.mode & 0o7777n),
    owner: Number(stats.uid),
  }
}

export function lstatBig(path: string) {
  return lstat(path, { bigint: true })
}
