import { createHash, createHmac, type Hmac, hash } from 'node:crypto'
import type { BytePath } from './byte-path.ts'

/** Which of this installation's own keys samples are made with. */
export const sampleKey = 'files-backup-sample'

/** Files whose content is looked at: what spoiled one file of twenty is missed by 4 of 100 looks (0.95^64). */
const sampleSize = 64
/** Of each only the begin: one huge file must not take as long as all others. */
export const sampledBytes = 16 * 1024 * 1024

/** One file of a sample. Names and contents are digests with a key of this installation's own: a list of them tells nothing. */
export type SampledFile = {
  readonly id: string
  /** Of the whole file. */
  readonly bytes: number
  /** Of the first 16 MiB of its content. */
  readonly content: string
}

export type ContentSample = {
  /** By which the key is known again. */
  readonly key: string
  /** Fewer than would be taken of the tree, where some were not read again since. */
  readonly files: readonly SampledFile[]
}

/** By which a file of a sample is known; spread evenly whatever the names are. */
export function sampleId(key: string, path: BytePath): string {
  // Cut short, so that nothing can be added to what was hashed; one for every file, and this is the quickest.
  return hash('sha256', `path\0${key}\0${path}`, 'hex').slice(0, 24)
}

export function contentHash(key: string): Hmac {
  return createHmac('sha256', key).update('content\0')
}

export function keyName(key: string): string {
  return createHash('sha256').update(`sample key ${key}`).digest('hex').slice(0, 16)
}

/**
 * Takes the content of some files as all go by: those whose ids are smallest, which are spread over the tree and stay the
 * same from day to day. Of a tree with no more than 64 files it takes all. Empty files say nothing.
 */
export class Sampler {
  readonly #key: string
  /** Undefined: it is one of the sample, and its content is not known. */
  readonly #files = new Map<string, SampledFile | undefined>()
  #largest = ''
  #open: { readonly id: string; readonly bytes: number; readonly content: Hmac; left: number } | undefined

  constructor(key: string) {
    this.#key = key
  }

  begin(path: BytePath, bytes: number): void {
    this.#open = undefined
    if (bytes === 0) return
    const id = sampleId(this.#key, path)
    if (!this.#isWanted(id)) return
    this.#open = { id, bytes, content: contentHash(this.#key), left: sampledBytes }
  }

  /** A file that is as it was when `known` was taken: of one that was not in it the content cannot be told. */
  again(path: BytePath, bytes: number, known: ReadonlyMap<string, SampledFile>): void {
    if (bytes === 0) return
    const id = sampleId(this.#key, path)
    if (this.#isWanted(id)) this.#keep(id, known.get(id))
  }

  content(piece: Uint8Array): void {
    const open = this.#open
    if (open === undefined || open.left === 0) return
    const part = piece.subarray(0, open.left)
    open.content.update(part)
    open.left -= part.length
  }

  end(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    this.#keep(open.id, { id: open.id, bytes: open.bytes, content: open.content.digest('hex').slice(0, 32) })
  }

  #isWanted(id: string): boolean {
    return this.#files.size < sampleSize || id < this.#largest
  }

  #keep(id: string, file: SampledFile | undefined): void {
    this.#files.set(id, file)
    if (this.#files.size > sampleSize) this.#files.delete(this.#largest)
    this.#largest = [...this.#files.keys()].reduce((largest, id) => (id > largest ? id : largest), '')
  }

  sample(): ContentSample {
    const files = [...this.#files.values()]
      .filter((file) => file !== undefined)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    return { key: keyName(this.#key), files }
  }
}

/** Whether all of a sample stands in another one, of the same tree and with the same key. */
export function holdsSample(all: ContentSample, some: ContentSample): boolean {
  const known = new Map(all.files.map((file) => [file.id, file]))
  return some.files.every(
    ({ id, bytes, content }) => known.get(id)?.bytes === bytes && known.get(id)?.content === content,
  )
}
