import picomatch from 'picomatch'
import { type BytePath, readable, toBytes } from './byte-path.ts'
import type { TreeEntry } from './tree-entry.ts'

/** Which entries are wanted of a tree: all, or those that are named by their path, by a folder above them, or by a glob. */
export class WantedEntries {
  readonly #wanted: readonly { readonly text: string; readonly path: BytePath; fits(path: string): boolean }[]
  readonly #met = new Set<string>()
  /** The folders from the root down to where the archive is. */
  #above: { readonly entry: TreeEntry; readonly raw: Buffer; isSent: boolean }[] = []
  #topmost: BytePath[] = []
  #last: BytePath | undefined

  constructor(only: readonly string[]) {
    this.#wanted = only.map((text) => {
      const plain = text.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '')
      return { text, path: toBytes(plain), fits: picomatch(plain, { dot: true }) }
    })
  }

  get isAll(): boolean {
    return this.#wanted.length === 0
  }

  /** Names that nothing in the archive had. */
  get unmet(): readonly string[] {
    return this.#wanted.flatMap(({ text }) => (this.#met.has(text) ? [] : [text]))
  }

  /** The wanted entries that are in no wanted folder: what is put in place. */
  get topmost(): readonly BytePath[] {
    return this.#topmost
  }

  /** The entries to unpack for this one: none, or itself after the folders above it that were not sent yet. */
  take(entry: TreeEntry, raw: Buffer): readonly { readonly entry: TreeEntry; readonly raw: Buffer }[] {
    if (this.isAll) return [{ entry, raw }]
    this.#above = this.#above.filter(({ entry: { path } }) => path === '' || entry.path.startsWith(`${path}/`))
    const isWanted = this.#isWanted(entry.path)
    if (!isWanted) {
      if (entry.type === 'folder') this.#above.push({ entry, raw, isSent: false })
      return []
    }
    if (this.#last === undefined || !entry.path.startsWith(`${this.#last}/`)) {
      this.#topmost.push(entry.path)
      this.#last = entry.path
    }
    const unsent = this.#above.filter(({ isSent }) => !isSent)
    for (const one of unsent) one.isSent = true
    return [...unsent, { entry, raw }]
  }

  #isWanted(path: BytePath): boolean {
    if (path === '') return false
    const text = readable(path)
    let isWanted = false
    for (const one of this.#wanted) {
      if (path !== one.path && !path.startsWith(`${one.path}/`) && !one.fits(text)) continue
      this.#met.add(one.text)
      isWanted = true
    }
    return isWanted
  }
}
