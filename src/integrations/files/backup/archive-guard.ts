import { BackupError } from '../../../core/backup.ts'
import type { TarEntry } from '../../../platform/tar/tar-entry.ts'
import { archiveRefused, archiveRefusedHint } from './archive-texts.ts'
import { type BytePath, comesBefore, readable } from './byte-path.ts'
import type { TreeEntry } from './tree-entry.ts'

/** What was counted when the archive was made: what goes beyond it was put in later. */
export interface ArchiveLimits {
  readonly entries: number
  readonly bytes: number
  readonly outsideLinks: number
}

type Followed = Pick<TarEntry, 'path' | 'storedBytes' | 'isSparse'>

/** A part that is empty, `.` or `..`, after the first; or a NUL byte. */
const unusual = /\/\.{0,2}\/|\/\.{1,2}$|^\.\/$|\0/

/** Links that are remembered for hard links to be looked at; an archive with more has no hard links for us. */
const rememberedLinks = 1_000_000

/**
 * Looks at every entry of an archive before it is unpacked. What Vigie packs has names from the root down, in the order of
 * a walk and each once, nothing below anything but a folder, and files, folders and links alone: whatever else an archive
 * says was not packed by us, and is refused with `assertion`. Its memory does not grow with the archive, but for links.
 */
export class ArchiveGuard {
  readonly #limits: ArchiveLimits
  readonly #links = new Set<BytePath>()
  #last: TreeEntry | undefined
  #entries = 0
  #bytes = 0
  #outsideLinks = 0
  #sparseFiles = 0

  constructor(limits?: ArchiveLimits) {
    const none = Number.POSITIVE_INFINITY
    this.#limits = limits ?? { entries: none, bytes: none, outsideLinks: none }
  }

  get outsideLinks(): number {
    return this.#outsideLinks
  }

  get sparseFiles(): number {
    return this.#sparseFiles
  }

  /** The entry as one of a tree, after all that were taken. Throws `BackupError`. */
  take(entry: TarEntry): TreeEntry {
    const taken = this.read(entry)
    this.follow(entry, taken)
    return taken
  }

  /** The entry as one of a tree, by itself. Throws `BackupError`. */
  read(entry: TarEntry): TreeEntry {
    const path = this.#inside(entry, entry.path)
    const { type } = entry
    if (type !== 'file' && type !== 'folder' && type !== 'link' && type !== 'hard-link') {
      throw refused(entry, type === 'other' ? 'kind' : 'device')
    }
    return {
      path,
      type,
      bytes: type === 'file' ? entry.bytes : 0,
      mode: entry.mode,
      uid: entry.uid,
      gid: entry.gid,
      mtimeNs: entry.mtimeNs,
      link: type === 'link' ? entry.link : type === 'hard-link' ? this.#inside(entry, entry.link) : '',
    }
  }

  /** It is the next one. Throws `BackupError`. */
  follow(entry: Followed, taken: TreeEntry): void {
    const { type } = taken
    this.#mustFollow(entry, taken)
    if (type !== 'file' && entry.storedBytes > 0) throw refused(entry, 'content')
    if (type === 'hard-link') this.#mustBeOfTheTree(entry, taken)
    if (type === 'link') this.#remember(taken)
    if (entry.isSparse) this.#sparseFiles++
    this.#count(entry, taken)
    this.#last = taken
  }

  #inside(entry: TarEntry, written: BytePath): BytePath {
    // Nearly all names are as plain as this.
    if (written.startsWith('./') && !unusual.test(written)) {
      return written.endsWith('/') ? written.slice(2, -1) : written.slice(2)
    }
    if (written.startsWith('/')) throw refused(entry, 'absolute')
    const parts = written.split('/').filter((part, at, all) => part !== '' || (at > 0 && at < all.length - 1))
    const inner = parts[0] === '.' ? parts.slice(1) : parts
    if (inner.includes('..')) throw refused(entry, 'upwards')
    if (written === '' || inner.some((part) => part === '' || part === '.' || part.includes('\0'))) {
      throw refused(entry, 'name')
    }
    return inner.join('/')
  }

  /** In one order, no name comes twice; and what is below a link would come right after it. */
  #mustFollow(entry: Followed, { path }: TreeEntry): void {
    const last = this.#last
    if (last === undefined) return
    if (last.type !== 'folder' && path.startsWith(`${last.path}/`)) throw refused(entry, 'below-a-link')
    if (!comesBefore(last.path, path)) throw refused(entry, path === last.path ? 'twice' : 'order')
  }

  #mustBeOfTheTree(entry: Followed, { path, link }: TreeEntry): void {
    if (!comesBefore(link, path)) throw refused(entry, 'hard-link')
    if (this.#links.size >= rememberedLinks) throw refused(entry, 'many-links')
    for (let at = link.indexOf('/'); at >= 0; at = link.indexOf('/', at + 1)) {
      if (this.#links.has(link.slice(0, at))) throw refused(entry, 'hard-link')
    }
  }

  #remember({ path, link }: TreeEntry): void {
    if (this.#links.size < rememberedLinks) this.#links.add(path)
    if (leadsOut(path, link)) this.#outsideLinks++
  }

  #count(entry: Followed, { bytes }: TreeEntry): void {
    this.#entries++
    this.#bytes += Math.max(bytes, entry.storedBytes)
    if (this.#entries > this.#limits.entries) throw refused(entry, 'entries')
    if (this.#bytes > this.#limits.bytes) throw refused(entry, 'bytes')
    if (this.#outsideLinks > this.#limits.outsideLinks) throw refused(entry, 'outside-link')
  }
}

/** Whether a link says a place that is not below the root, by its words alone. */
export function leadsOut(path: BytePath, link: BytePath): boolean {
  if (link.startsWith('/')) return true
  let depth = path.split('/').length - 1
  for (const part of link.split('/')) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth < 0) return true
  }
  return false
}

function refused(entry: Pick<TarEntry, 'path'>, why: Parameters<typeof archiveRefused>[0]['why']): BackupError {
  const path = readable(entry.path).slice(0, 300)
  return new BackupError('assertion', archiveRefused({ path, why }), { hint: archiveRefusedHint({}) })
}
