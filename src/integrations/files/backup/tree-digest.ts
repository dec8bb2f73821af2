import { createHash, type Hash } from 'node:crypto'
import type { TreeEntry } from './tree-entry.ts'

/** Digests of a whole tree, each of one thing, so that it can be told what is not as it was. SHA-256, hexadecimal. */
export type TreeDigests = {
  /** Paths, types, sizes, and what links say. */
  readonly names: string
  readonly modes: string
  readonly owners: string
  /** Of files and folders; in nanoseconds. */
  readonly times: string
}

export type TreeCounts = {
  readonly files: number
  readonly folders: number
  readonly links: number
  readonly hardLinks: number
  /** Of all files, holes as if they were not. */
  readonly bytes: number
}

/** Text that is hashed at once: a call for each entry would take longer than the hashing. */
const flushAt = 64 * 1024

/** Digests over the entries of a tree in the order of its walk. Paths have no NUL byte: no two trees give the same text. */
export class TreeDigest {
  readonly #names = new Lines()
  readonly #modes = new Lines()
  readonly #owners = new Lines()
  readonly #times = new Lines()
  readonly #counts = { files: 0, folders: 0, links: 0, hardLinks: 0, bytes: 0 }

  add({ path, type, bytes, mode, uid, gid, mtimeNs, link }: TreeEntry): void {
    this.#counts.bytes += bytes
    this.#counts[counted[type]]++
    this.#names.add(`${type} ${bytes} ${path}\0${link}\0\n`)
    this.#modes.add(`${mode.toString(8)} ${path}\0\n`)
    this.#owners.add(`${uid} ${gid} ${path}\0\n`)
    if (type === 'file' || type === 'folder') this.#times.add(`${mtimeNs} ${path}\0\n`)
  }

  get counts(): TreeCounts {
    return { ...this.#counts }
  }

  digests(): TreeDigests {
    return {
      names: this.#names.digest(),
      modes: this.#modes.digest(),
      owners: this.#owners.digest(),
      times: this.#times.digest(),
    }
  }
}

const counted = { file: 'files', folder: 'folders', link: 'links', 'hard-link': 'hardLinks' } as const

class Lines {
  readonly #hash: Hash = createHash('sha256')
  #text = ''

  add(line: string): void {
    this.#text += line
    if (this.#text.length >= flushAt) this.#flush()
  }

  digest(): string {
    this.#flush()
    return this.#hash.digest('hex')
  }

  #flush(): void {
    this.#hash.update(this.#text, 'latin1')
    this.#text = ''
  }
}
