import { lstat, opendir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import picomatch from 'picomatch'
import { isKernelView } from './borders.ts'
import { isProtectedDirectory, isProtectedFile } from './protected-directory.ts'

export interface FoundFile {
  /** Absolute. */
  readonly path: string
  readonly size: number
  /** Bytes given back when it goes: 0 while another name still holds it. */
  readonly freedBytes: number
  readonly mtimeMs: number
  /** When its content, its owner or its name changed last. */
  readonly changedAtMs: number
  readonly inode: string
  readonly device: string
  readonly mode: number
  readonly owner: number
  /** The mount point below the root that it lies under; undefined when it is of the root itself. */
  readonly mount: string | undefined
}

export interface Walk {
  readonly files: readonly FoundFile[]
  /** Of files, those shown to `visit` too. */
  readonly count: number
  /** What could not be read. */
  readonly unreadable: readonly string[]
  /** Left out because Vigie protects it. */
  readonly protectedPlaces: readonly string[]
  /** Left out because something else is mounted there. */
  readonly borders: readonly string[]
  /** The walk ended at its limit: it did not see everything. */
  readonly isCut: boolean
}

export interface WalkOptions {
  readonly glob: string
  readonly maxFiles: number
  /** The mount points below the root, each with its type. */
  readonly mounts: ReadonlyMap<string, string>
  /** Go into what is mounted below the root; what the kernel shows of itself is never entered. */
  readonly crossesMounts: boolean
  /** Absolute and real paths that are not entered. */
  readonly protectedPaths: ReadonlySet<string>
  /** Leave out what is protected by what it is, or holds. */
  readonly skipProtected: boolean
  readonly signal: AbortSignal
  /** Is shown each file in the place of a list. */
  readonly visit?: (file: FoundFile) => void
}

/** Regular files below `root`. Links are never followed, names that are not UTF-8 never touched. */
export async function walk(root: string, options: WalkOptions): Promise<Walk> {
  const matches = picomatch(options.glob, { dot: true })
  const files: FoundFile[] = []
  const unreadable: string[] = []
  const protectedPlaces: string[] = []
  const borders: string[] = []
  const { dev: rootDevice } = await lstatBig(root)
  const isBorder = (path: string, device?: bigint): boolean =>
    isKernelView(options.mounts.get(path)) ||
    (!options.crossesMounts && (options.mounts.has(path) || (device !== undefined && device !== rootDevice)))
  const take = options.visit ?? ((file: FoundFile): number => files.push(file))
  let count = 0
  let isCut = false
  const stack: { readonly directory: string; readonly mount: string | undefined }[] = [
    { directory: root, mount: undefined },
  ]
  for (let next = stack.pop(); next !== undefined && !isCut; next = stack.pop()) {
    const { directory, mount } = next
    const mountOf = (path: string): string | undefined => (options.mounts.has(path) ? path : mount)
    options.signal.throwIfAborted()
    if (options.protectedPaths.has(directory) || (options.skipProtected && (await isProtectedDirectory(directory)))) {
      protectedPlaces.push(directory)
      continue
    }
    try {
      for await (const entry of await opendir(directory)) {
        const path = join(directory, entry.name)
        // A name that is not UTF-8 comes with U+FFFD in it: the path would lead to another file, or to none.
        if (entry.name.includes('\ufffd')) {
          unreadable.push(path)
          continue
        }
        if (!entry.isDirectory() && !(entry.isFile() && matches(relative(root, path)))) continue
        const found = await lstatBig(path).catch((error: NodeJS.ErrnoException) => error)
        if (found instanceof Error) {
          if (found.code !== 'ENOENT') unreadable.push(path)
        } else if (isBorder(path, found.isDirectory() ? found.dev : undefined)) {
          borders.push(path)
        } else if (found.isDirectory()) {
          stack.push({ directory: path, mount: mountOf(path) })
        } else if (!found.isFile()) {
          // It was exchanged for something else in between.
        } else if (options.protectedPaths.has(path) || (options.skipProtected && (await isProtectedFile(path)))) {
          protectedPlaces.push(path)
        } else if (count >= options.maxFiles) {
          isCut = true
          break
        } else {
          count++
          take({ ...fileOf(path, found), mount: mountOf(path) })
        }
      }
    } catch (error) {
      if (options.signal.aborted) throw error
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT' && directory !== root) continue
      unreadable.push(directory)
    }
  }
  return { files, count, unreadable, protectedPlaces, borders, isCut }
}

export function fileOf(path: string, stats: Awaited<ReturnType<typeof lstatBig>>): Omit<FoundFile, 'mount'> {
  return {
    path,
    size: Number(stats.size),
    freedBytes: stats.nlink === 1n ? Number(stats.blocks) * 512 : 0,
    mtimeMs: Number(stats.mtimeMs),
    changedAtMs: Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs)),
    inode: String(stats.ino),
    device: String(stats.dev),
    mode: Number(stats.mode & 0o7777n),
    owner: Number(stats.uid),
  }
}

export function lstatBig(path: string) {
  return lstat(path, { bigint: true })
}
