import type { Hmac } from 'node:crypto'
import type { StoredComponent, Verified, VerifyAnswer } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import type { Text } from '../../../core/message.ts'
import { createTarReader } from '../../../platform/tar/tar-reader.ts'
import type { FilesOptions } from '../options.ts'
import { realRoot } from '../root.ts'
import { ArchiveGuard } from './archive-guard.ts'
import { asArchive } from './as-archive.ts'
import { contentHash, keyName, sampledBytes, sampleId, sampleKey } from './content-sample.ts'
import { compareLiving, type LivingSample, type PackedSample } from './living-sample.ts'
import { TreeDigest } from './tree-digest.ts'
import { type TreeFacts, treeIn } from './tree-facts.ts'
import { livingSame, noLiving, otherKey } from './verify-texts.ts'

/** Files that are named in one answer. */
const namedFiles = 5

/**
 * Reads the archive of a tree to its end: what is in it must be what was packed, and sampled files that nobody has written to
 * since must be as they are in it. Throws `BackupError` for what no tree of ours is.
 */
export async function verifyTree(options: FilesOptions, stored: StoredComponent, ctx: StepContext): Promise<Verified> {
  const { part, facts } = treeIn(stored)
  const key = await ctx.ownKey(sampleKey)
  const isOurs = keyName(key) === facts.sample.key
  const found = new Archived(isOurs ? facts.sample.files : [], key)
  for await (const piece of part.read()) {
    ctx.signal.throwIfAborted()
    asArchive(() => found.push(piece))
  }
  asArchive(() => found.finish())
  const answers = found.answers(facts)
  if (!isOurs) return { answers, notes: facts.sample.files.length === 0 ? [] : [otherKey({})] }
  const living = await livingOf(options, found.samples, { key, since: stored.at }, ctx)
  return { answers: [...answers, ...living.answers], notes: living.notes }
}

/** What an archive holds, as it goes by. It takes whatever an archive of ours may have, and counts. */
class Archived {
  readonly samples: PackedSample[] = []
  readonly #wanted: ReadonlyMap<string, TreeFacts['sample']['files'][number]>
  readonly #digest = new TreeDigest()
  readonly #guard = new ArchiveGuard()
  readonly #reader: ReturnType<typeof createTarReader>
  #alike = 0
  #open:
    | { readonly sample: Omit<PackedSample, 'content'>; readonly id: string; readonly hash: Hmac; left: number }
    | undefined

  constructor(sample: TreeFacts['sample']['files'], key: string) {
    this.#wanted = new Map(sample.map((file) => [file.id, file]))
    this.#reader = createTarReader({
      entry: (entry) => {
        const { path, type, bytes, mtimeNs } = this.#taken(entry)
        if (type !== 'file' || entry.isSparse || this.#wanted.size === 0) return
        const id = sampleId(key, path)
        if (!this.#wanted.has(id)) return
        this.#open = { sample: { path, bytes, mtimeNs }, id, hash: contentHash(key), left: sampledBytes }
      },
      content: (piece, isPadding) => {
        const open = this.#open
        if (open === undefined || isPadding || open.left === 0) return
        const part = piece.subarray(0, open.left)
        open.hash.update(part)
        open.left -= part.length
      },
      entryEnd: () => this.#sampled(),
    })
  }

  push(piece: Uint8Array): void {
    this.#reader.push(piece)
  }

  finish(): void {
    this.#reader.finish()
  }

  answers({ counts, digests, sample, outsideLinks, sparseFiles }: TreeFacts): readonly VerifyAnswer[] {
    const [now, made] = [this.#digest.counts, this.#digest.digests()]
    return [
      ...(['files', 'folders', 'links', 'hardLinks', 'bytes'] as const).map((name) =>
        answer(countNames[name], counts[name], now[name]),
      ),
      answer('links out of the tree', outsideLinks, this.#guard.outsideLinks),
      answer('files with holes', sparseFiles, this.#guard.sparseFiles),
      answer('names and sizes', digests.names, made.names),
      answer('modes', digests.modes, made.modes),
      answer('owners', digests.owners, made.owners),
      answer('times', digests.times, made.times),
      ...(this.#wanted.size > 0 ? [answer('content of sampled files', sample.files.length, this.#alike)] : []),
    ]
  }

  #taken(entry: Parameters<ArchiveGuard['take']>[0]): ReturnType<ArchiveGuard['take']> {
    const taken = this.#guard.take(entry)
    this.#digest.add(taken)
    return taken
  }

  #sampled(): void {
    const open = this.#open
    this.#open = undefined
    if (open === undefined) return
    const content = open.hash.digest('hex').slice(0, 32)
    const wanted = this.#wanted.get(open.id)
    if (wanted?.content !== content || wanted.bytes !== open.sample.bytes) return
    this.#alike++
    this.samples.push({ ...open.sample, content })
  }
}

const countNames = { files: 'files', folders: 'folders', links: 'links', hardLinks: 'hard links', bytes: 'bytes' }

function answer(name: string, expected: string | number, actual: string | number): VerifyAnswer {
  const status = expected === actual ? 'pass' : 'fail'
  return { name, status, expected: String(expected), actual: String(actual) }
}

async function livingOf(
  { path }: FilesOptions,
  samples: readonly PackedSample[],
  how: { readonly key: string; readonly since: Date },
  ctx: StepContext,
): Promise<Verified> {
  if (samples.length === 0) return { answers: [], notes: [] }
  let root: string
  try {
    root = await realRoot(path, ctx.baseDir)
  } catch (error) {
    return { answers: [], notes: [noLiving({ path, detail: error instanceof Error ? error.message : String(error) })] }
  }
  const living = await compareLiving(root, samples, how, ctx)
  const { same, changed, recent, unread, spoiled } = living
  const note: Text = livingSame({ same, of: samples.length, changed, recent, unread })
  return { answers: same + spoiled.length === 0 ? [] : [ofLiving(living)], notes: [note] }
}

function ofLiving({ same, spoiled }: LivingSample): VerifyAnswer {
  const named = spoiled
    .slice(0, namedFiles)
    .map(({ path, isTouched }) => `${path} (${isTouched ? 'written to, its time put back' : 'written to by nobody'})`)
  const more = spoiled.length > named.length ? ['…'] : []
  return {
    name: 'content of files that nobody changed',
    status: spoiled.length === 0 ? 'pass' : 'fail',
    expected: 'as in the backup',
    actual: spoiled.length === 0 ? `as in the backup: ${same}` : `other bytes in ${[...named, ...more].join(', ')}`,
    isOfSource: true,
  }
}
