import { type BigIntStats, constants } from 'node:fs'
import { access, lstat, readdir, readlink } from 'node:fs/promises'
import { errorCode } from '../../../core/field-of.ts'
import { isKernelView } from '../borders.ts'
import { type BytePath, joined, readable, systemPath, toBytes } from './byte-path.ts'
import { type LeftOutReason, whyLeftAlone } from './left-alone.ts'
import type { TreeEntry } from './tree-entry.ts'

/** Looks that are on their way at once. */
const looksAtOnce = 32

export interface TreeRules {
  /** Whether a path is left out by the team's own patterns. */
  readonly isExcluded: (path: BytePath) => boolean
  /** The mount points below the root, each with its type. */
  readonly mounts: ReadonlyMap<string, string>
  readonly oneFileSystem: boolean
  /** Real paths of Vigie's own data. */
  readonly ownPaths: ReadonlySet<string>
  readonly signal: AbortSignal
  readonly leftOut?: (path: BytePath, reason: LeftOutReason) => void
  /** What cannot be read, with what the system said of it: `EACCES`. Without it the walk throws. */
  readonly unreadable?: (path: BytePath, code: string) => void
}

/** With what tells a change that nothing else shows. */
export interface WalkedEntry extends TreeEntry {
  readonly inode: bigint
  readonly ctimeNs: bigint
}

/** Everything is part of the tree: for copies that were made from an archive. */
export function everything(signal: AbortSignal): TreeRules {
  return { isExcluded: () => false, mounts: new Map(), oneFileSystem: false, ownPaths: new Set(), signal }
}

/**
 * Everything below a folder, itself first, each folder right before what is in it and names by their bytes: the same
 * tree gives the same order. Of names it holds one folder a level. What vanishes meanwhile is passed over.
 * @param isWhole also what would be left out for what it is.
 */
export async function* walkTree(root: string, rules: TreeRules, isWhole = false): AsyncGenerator<WalkedEntry> {
  const base = toBytes(root)
  const { dev } = await lstat(systemPath(base), { bigint: true })
  /** Files with several names, by device and number, until all of their names were met. */
  const linked = new Map<string, { readonly path: BytePath; left: bigint }>()
  const absolute = (path: BytePath): BytePath => (path === '' ? base : `${base === '/' ? '' : base}/${path}`)
  const unreadable = (path: BytePath, error: unknown): void => {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '') && path !== '') return
    if (rules.unreadable === undefined) throw error
    rules.unreadable(path, errorCode(error) ?? String(error))
  }

  /** Why the walk stays out; whether something is mounted there is known before anything is asked of it. */
  const reasonOf = (path: BytePath, stats: BigIntStats): LeftOutReason | undefined => {
    if (path === '') return undefined
    const full = readable(absolute(path))
    const type = rules.mounts.get(full)
    if (isKernelView(type)) return 'kernel'
    if (rules.oneFileSystem && (type !== undefined || (stats.isDirectory() && stats.dev !== dev))) return 'mounted'
    if (rules.ownPaths.has(full)) return 'own'
    return stats.isFile() || stats.isDirectory() || stats.isSymbolicLink() ? undefined : 'special'
  }

  async function* below(folder: BytePath, stats: BigIntStats): AsyncGenerator<WalkedEntry> {
    rules.signal.throwIfAborted()
    let names: BytePath[]
    try {
      names = await readdir(systemPath(absolute(folder)), { encoding: 'latin1' })
    } catch (error) {
      unreadable(folder, error)
      return
    }
    const alone = isWhole ? undefined : whyLeftAlone(folder.slice(folder.lastIndexOf('/') + 1), names)
    if (alone !== undefined) {
      rules.leftOut?.(folder, alone)
      return
    }
    yield entryOf(folder, 'folder', stats)
    names.sort()
    for (let at = 0; at < names.length; at += looksAtOnce) {
      const some = names.slice(at, at + looksAtOnce).flatMap((name) => {
        const path = joined(folder, name)
        if (!rules.isExcluded(path)) return [path]
        rules.leftOut?.(path, 'excluded')
        return []
      })
      const found = await Promise.all(some.map((path) => look(path)))
      for (const one of found) if (one !== undefined) yield* shown(one.path, one.stats)
    }
  }

  const look = async (path: BytePath): Promise<{ path: BytePath; stats: BigIntStats } | undefined> => {
    try {
      return { path, stats: await lstat(systemPath(absolute(path)), { bigint: true }) }
    } catch (error) {
      unreadable(path, error)
      return undefined
    }
  }

  async function* shown(path: BytePath, stats: BigIntStats): AsyncGenerator<WalkedEntry> {
    const reason = reasonOf(path, stats)
    if (reason !== undefined) rules.leftOut?.(path, reason)
    else if (stats.isDirectory()) yield* below(path, stats)
    else if (stats.isSymbolicLink()) {
      const link = await readlink(systemPath(absolute(path)), { encoding: 'latin1' }).catch((error: unknown) =>
        unreadable(path, error),
      )
      if (typeof link === 'string') yield entryOf(path, 'link', stats, link)
    } else yield fileOf(path, stats)
  }

  const fileOf = (path: BytePath, stats: BigIntStats): WalkedEntry => {
    if (stats.nlink === 1n) return entryOf(path, 'file', stats)
    const key = `${stats.dev}:${stats.ino}`
    const first = linked.get(key)
    if (first === undefined) {
      linked.set(key, { path, left: stats.nlink - 1n })
      return entryOf(path, 'file', stats)
    }
    first.left--
    if (first.left <= 0n) linked.delete(key)
    return entryOf(path, 'hard-link', stats, first.path)
  }

  const rootStats = await lstat(systemPath(base), { bigint: true })
  yield* below('', rootStats)
}

/** Whether what is there could be read by us; the system is asked, nothing is opened. */
export async function mayRead(root: string, path: BytePath): Promise<boolean> {
  return access(systemPath(`${toBytes(root)}/${path}`), constants.R_OK).then(
    () => true,
    () => false,
  )
}

function entryOf(path: BytePath, type: TreeEntry['type'], stats: BigIntStats, link = ''): WalkedEntry {
  return {
    path,
    type,
    bytes: type === 'file' ? Number(stats.size) : 0,
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtimeNs: stats.mtimeNs,
    link,
    inode: stats.ino,
    ctimeNs: stats.ctimeNs,
  }
}
