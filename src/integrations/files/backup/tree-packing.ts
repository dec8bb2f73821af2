import { BackupError, type DumpMemory } from '../../../core/backup.ts'
import { blockBytes, paddedBytes, type TarEntry } from '../../../platform/tar/tar-entry.ts'
import { createTarReader } from '../../../platform/tar/tar-reader.ts'
import { ArchiveGuard } from './archive-guard.ts'
import { asArchive } from './as-archive.ts'
import { notAsAsked } from './backup-texts.ts'
import { type BytePath, readable } from './byte-path.ts'
import { type SampledFile, Sampler } from './content-sample.ts'
import { PackedNames, type Told } from './packed-names.ts'
import type { SeenWhilePacking } from './seen-while-packing.ts'
import { type TreeCounts, TreeDigest } from './tree-digest.ts'
import type { TreeEntry } from './tree-entry.ts'
import { samplesIn, type TreeFacts } from './tree-facts.ts'
import { type NotedEntry, notedEntries, TreeNotes } from './tree-notes.ts'
import type { WalkedEntry } from './tree-walk.ts'

interface Place {
  readonly root: string
  readonly sampleKey: string
  readonly nowMs: number
  readonly seen: SeenWhilePacking
  /** tar does not tell what changed under it: files are looked at again. */
  readonly asksAgain: boolean
  readonly memory?: DumpMemory
  write(piece: Uint8Array): Promise<void>
}

/** The archive of a tree as it is made: what tar packs, between ranges of the archive before. */
export class TreePacking {
  readonly #place: Place
  readonly #sampler: Sampler
  readonly #known: ReadonlyMap<string, SampledFile>
  readonly #notes: TreeNotes | undefined
  readonly #names = new PackedNames()
  readonly #guard = new ArchiveGuard()
  readonly #digest = new TreeDigest()
  readonly #reader = createTarReader({
    entry: (found, raw) => this.#entry(found, raw),
    content: (piece, isPadding) => {
      this.#put(piece)
      if (!isPadding) this.#sampler.content(piece)
    },
    entryEnd: () => this.#entryEnd(),
  })
  /** What is to be given, in its order. */
  #waiting: (Uint8Array | { readonly stream: number; readonly at: number; bytes: number })[] = []
  /** Of what is new, those that were given or wait to be. */
  #newBytes = 0
  #current: TreeEntry | undefined
  #missed: BytePath[] = []
  #packed: TreeEntry[] = []

  constructor(place: Place) {
    this.#place = place
    const { memory, sampleKey } = place
    this.#sampler = new Sampler(sampleKey)
    this.#known = memory?.last === undefined ? new Map() : samplesIn(memory.last.facts)
    this.#notes = memory === undefined ? undefined : new TreeNotes(place.nowMs)
  }

  get reuses(): boolean {
    return this.#place.memory?.last !== undefined
  }

  /** What tar is told. */
  namesOf(walked: AsyncIterable<WalkedEntry>): AsyncIterable<Uint8Array> {
    const last = this.#place.memory?.last
    const noted = last === undefined ? undefined : notedEntries(last.notes())
    return this.#names.toldTo(walked, noted, () => {
      if (this.#current === undefined) this.#pass(this.#names.leading())
    })
  }

  /** What tar gives. Throws `BackupError`. */
  async take(piece: Uint8Array): Promise<void> {
    asArchive(() => this.#reader.push(piece))
    await this.#lookBack()
    if (!this.reuses) await this.#place.write(piece)
    await this.#give(false)
  }

  /** After all that tar gave. */
  async rest(): Promise<void> {
    this.#pass(this.#names.rest())
    await this.#lookBack()
  }

  /** Throws `BackupError` when what tar gave is no whole archive. */
  async end(): Promise<void> {
    asArchive(() => this.#reader.finish())
    if (this.reuses) this.#waiting.push(Buffer.alloc(2 * blockBytes))
    await this.#give(true)
  }

  get counts(): TreeCounts {
    return this.#digest.counts
  }

  facts(): Pick<TreeFacts, 'counts' | 'digests' | 'outsideLinks' | 'sparseFiles' | 'sample'> {
    const { outsideLinks, sparseFiles } = this.#guard
    const [counts, digests] = [this.#digest.counts, this.#digest.digests()]
    return { counts, digests, outsideLinks, sparseFiles, sample: this.#sampler.sample() }
  }

  #entry(found: TarEntry, raw: Buffer): void {
    const entry = this.#guard.read(found)
    const came = this.#names.came(entry.path)
    if (came === undefined) throw notAsked(this.#place.root, entry.path)
    this.#pass(came.before)
    this.#guard.follow(found, entry)
    this.#digest.add(entry)
    this.#current = entry
    const bytes = raw.length + paddedBytes(found.storedBytes)
    const stream = this.#place.memory?.stream ?? 0
    this.#notes?.packed(entry, came.entry, { isSparse: found.isSparse, stream, at: this.#newBytes, bytes })
    this.#newBytes += bytes
    this.#put(raw)
    // A map of holes is no content, and a further name has none.
    this.#sampler.begin(entry.path, entry.type === 'file' && !found.isSparse ? entry.bytes : 0)
  }

  #entryEnd(): void {
    this.#sampler.end()
    if (this.#place.asksAgain && this.#current?.type === 'file') this.#packed.push(this.#current)
    this.#current = undefined
    this.#pass(this.#names.leading())
  }

  #pass(all: readonly Told[]): void {
    for (const { entry, noted } of all)
      if (noted === undefined) this.#missed.push(entry.path)
      else this.#reuse(noted)
  }

  #reuse(noted: NotedEntry): void {
    const { entry, isSparse, stream, at, bytes } = noted
    this.#notes?.add(noted)
    this.#guard.follow({ path: `./${entry.path}`, storedBytes: entry.bytes, isSparse }, entry)
    this.#digest.add(entry)
    if (entry.type === 'file' && !isSparse) this.#sampler.again(entry.path, entry.bytes, this.#known)
    const last = this.#waiting.at(-1)
    const isNext = last !== undefined && !(last instanceof Uint8Array) && last.stream === stream
    if (isNext && last.at + last.bytes === at) last.bytes += bytes
    else this.#waiting.push({ stream, at, bytes })
  }

  #put(piece: Uint8Array): void {
    if (this.reuses) this.#waiting.push(piece)
  }

  async #lookBack(): Promise<void> {
    const [gone, packed] = [this.#missed, this.#packed]
    this.#missed = []
    this.#packed = []
    for (const path of gone) await this.#place.seen.missed(path)
    for (const entry of packed) await this.#place.seen.packed(entry)
  }

  async #give(isEnd: boolean): Promise<void> {
    const { memory, write } = this.#place
    const given = this.#waiting
    this.#waiting = []
    for (const one of given)
      if (one instanceof Uint8Array) await write(one)
      else await memory?.reuse(one)
    const notes = this.#notes?.taken(isEnd)
    if (notes !== undefined) await memory?.note(notes)
  }
}

function notAsked(path: string, place: BytePath): BackupError {
  return new BackupError('assertion', notAsAsked({ path, place: readable(place) }))
}
