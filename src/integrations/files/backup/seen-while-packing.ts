import { lstat } from 'node:fs/promises'
import { BackupError, type Dumped } from '../../../core/backup.ts'
import { errorCode } from '../../../core/field-of.ts'
import type { BackupRules } from './backup-rules.ts'
import * as texts from './backup-texts.ts'
import { type BytePath, systemPath, toBytes } from './byte-path.ts'
import { LeftOutPlaces, SeenPlaces } from './seen-places.ts'
import type { TreeEntry } from './tree-entry.ts'
import type { TreeFacts } from './tree-facts.ts'

const second = 1_000_000_000n

/** What was not packed as it stands. */
export class SeenWhilePacking {
  readonly leftOut = new LeftOutPlaces()
  readonly #backup: BackupRules
  readonly #vanished = new SeenPlaces()
  readonly #torn = new SeenPlaces()
  readonly #tornAllowed = new SeenPlaces()
  readonly #unreadable = new SeenPlaces()
  readonly #unreadableAllowed = new SeenPlaces()

  constructor(backup: BackupRules) {
    this.#backup = backup
  }

  async missed(path: BytePath): Promise<void> {
    const now = await this.#look(path)
    if (now === undefined) this.#vanished.add(path)
    else this.unreadable(path)
  }

  async packed({ path, bytes, mtimeNs }: TreeEntry): Promise<void> {
    const now = await this.#look(path)
    const isStill = now !== undefined && Number(now.size) === bytes && now.mtimeNs / second === mtimeNs / second
    if (!isStill) this.torn(path)
  }

  unreadable(path: BytePath): void {
    const places = this.#backup.mayBeUnreadable(path) ? this.#unreadableAllowed : this.#unreadable
    places.add(path === '' ? '.' : path)
  }

  torn(path: BytePath): void {
    const places = this.#backup.mayBeTorn(path) ? this.#tornAllowed : this.#torn
    places.add(path)
  }

  /** Files, of what tar said was written to: a folder changes whenever something comes into it. */
  async tornFiles(paths: readonly BytePath[]): Promise<void> {
    for (const path of paths) if ((await this.#look(path))?.isDirectory() !== true) this.torn(path)
  }

  mustBeWhole(): void {
    const path = this.#backup.root
    if (this.#unreadable.count > 0) {
      const text = texts.unreadableFailure({ path, ...this.#unreadable.told })
      throw new BackupError('unreachable', text, { hint: texts.unreadableHint({}) })
    }
    if (this.#torn.count > 0) {
      const text = texts.tornFailure({ path, ...this.#torn.told })
      throw new BackupError('assertion', text, { hint: texts.tornHint({}) })
    }
  }

  counts(): Pick<TreeFacts, 'vanished' | 'torn' | 'unreadable'> {
    return {
      vanished: this.#vanished.count,
      torn: this.#tornAllowed.count,
      unreadable: this.#unreadableAllowed.count,
    }
  }

  notes(): Dumped['notes'] {
    return [
      ...this.leftOut.notes(),
      ...(this.#vanished.count > 0 ? [texts.vanishedNote(this.#vanished.told)] : []),
      ...(this.#tornAllowed.count > 0 ? [texts.tornNote(this.#tornAllowed.told)] : []),
      ...(this.#unreadableAllowed.count > 0 ? [texts.unreadableNote(this.#unreadableAllowed.told)] : []),
    ]
  }

  async #look(path: BytePath) {
    const full = systemPath(`${toBytes(this.#backup.root)}/${path}`)
    return lstat(full, { bigint: true }).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined
      throw error
    })
  }
}
