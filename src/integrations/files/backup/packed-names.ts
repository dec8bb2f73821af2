import { setTimeout as wait } from 'node:timers/promises'
import { type BytePath, comesBefore } from './byte-path.ts'
import { isAsNoted, type NotedEntry } from './tree-notes.ts'
import type { WalkedEntry } from './tree-walk.ts'

/** Names go to tar in pieces of about this size: one write for each would take longer than the walk. */
const pieceBytes = 32 * 1024
/** Of what stays as it was, so much is passed at most before tar is told what it shall pack meanwhile. */
const mostAtOnce = 4096
/** What came by is let go in lots. */
const forgottenAtOnce = 4096
/** Entries that wait for tar. */
const mostWaiting = 32_768
/** A large file may take this long and longer: then the walk goes on, and it costs memory. */
const patienceMs = 60_000
const lookMs = 20

/** An entry of the walk: packed by tar, or known from the last full backup. */
export interface Told {
  readonly entry: WalkedEntry
  readonly noted: NotedEntry | undefined
}

/**
 * What a walk found, until it comes by in the archive: it comes in the same order, so that no more is held than lies in
 * pipes, and what stayed as it was between two that changed.
 */
export class PackedNames {
  #waiting: Told[] = []
  #next = 0

  /**
   * The names as tar reads them, of what is not as the notes have it. The root always is among them.
   * @param passed called now and then, when entries were passed that tar is not told.
   */
  async *toldTo(
    entries: AsyncIterable<WalkedEntry>,
    notes: AsyncGenerator<NotedEntry> | undefined,
    passed: () => void,
  ): AsyncGenerator<Uint8Array> {
    const nextNoted = async (): Promise<NotedEntry | undefined> => {
      const result = await notes?.next()
      return result?.done === false ? result.value : undefined
    }
    try {
      let noted = await nextNoted()
      let text = ''
      let count = 0
      for await (const entry of entries) {
        const { path } = entry
        while (noted !== undefined && comesBefore(noted.entry.path, path)) noted = await nextNoted()
        const isSame = noted?.entry.path === path && path !== '' && isAsNoted(entry, noted)
        this.#waiting.push({ entry, noted: isSame ? noted : undefined })
        if (isSame) count++
        else text += path === '' ? '.\0' : `./${path}\0`
        if (text.length < pieceBytes && count < mostAtOnce) continue
        count = 0
        passed()
        if (text !== '') yield Buffer.from(text, 'latin1')
        text = ''
        for (let ms = 0; this.#waiting.length - this.#next > mostWaiting && ms < patienceMs; ms += lookMs)
          await wait(lookMs)
      }
      if (text !== '') yield Buffer.from(text, 'latin1')
    } finally {
      await notes?.return(undefined)
    }
  }

  /** A name that came by, and all before it: those tar was told will not come. Undefined when nobody told it. */
  came(path: BytePath): { readonly before: readonly Told[]; readonly entry: WalkedEntry } | undefined {
    let at = this.#next
    while (at < this.#waiting.length && this.#waiting[at]?.entry.path !== path) at++
    const found = this.#waiting[at]
    if (found === undefined || found.noted !== undefined) return undefined
    const before = this.#waiting.slice(this.#next, at)
    this.#forget(at + 1)
    return { before, entry: found.entry }
  }

  /** What stands before the next name that tar was told. */
  leading(): readonly Told[] {
    let at = this.#next
    while (this.#waiting[at]?.noted !== undefined) at++
    const found = this.#waiting.slice(this.#next, at)
    this.#forget(at)
    return found
  }

  /** Those that did not come by, at the end. */
  rest(): readonly Told[] {
    return this.#waiting.slice(this.#next)
  }

  #forget(until: number): void {
    this.#next = until
    if (until < forgottenAtOnce) return
    this.#waiting = this.#waiting.slice(until)
    this.#next = 0
  }
}
