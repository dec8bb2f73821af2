import { lstat } from 'node:fs/promises'
import { BackupError, type Dumped } from '../../../core/backup.ts'
import type { CommandResult, StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { errorCode } from '../../../core/field-of.ts'
import { TarError } from '../../../platform/tar/tar-entry.ts'
import { createTarReader } from '../../../platform/tar/tar-reader.ts'
import { lastLines } from '../../../platform/tool-command.ts'
import type { FilesOptions } from '../options.ts'
import { ArchiveGuard } from './archive-guard.ts'
import { archiveSpoiled } from './archive-texts.ts'
import { type BackupRules, backupRules } from './backup-rules.ts'
import * as texts from './backup-texts.ts'
import { type BytePath, readable, systemPath, toBytes } from './byte-path.ts'
import { Sampler } from './content-sample.ts'
import { PackedNames } from './packed-names.ts'
import { LeftOutPlaces, SeenPlaces } from './seen-places.ts'
import { mustBeSettled, mustHoldSomething } from './survey-tree.ts'
import { complaintsIn } from './tar-complaints.ts'
import { findTar, packingArgv, plainEnv } from './tar-program.ts'
import { TreeDigest } from './tree-digest.ts'
import type { TreeEntry } from './tree-entry.ts'
import type { TreeFacts } from './tree-facts.ts'
import { walkTree } from './tree-walk.ts'

/** By which samples of content are compared. */
export const sampleKey = 'files-backup-sample'

/**
 * Packs a tree: our own walk tells the names, tar packs them, and what it packed is read as it goes by. What was told and
 * did not come is looked at again: gone is told, unreadable is a failure. Facts are of what is in the archive.
 */
export async function dumpTree(
  options: FilesOptions,
  ctx: StepContext,
  write: (piece: Uint8Array) => Promise<void>,
): Promise<Dumped> {
  const tar = await findTar(ctx, 'pack')
  const backup = await backupRules(options, ctx)
  await mustBeSettled(backup)
  const sampler = new Sampler(await ctx.ownKey(sampleKey))
  const seen = new Seen(backup)
  const names = new PackedNames()
  const guard = new ArchiveGuard()
  const digest = new TreeDigest()
  let current: TreeEntry | undefined
  let missed: BytePath[] = []
  let still: TreeEntry[] = []
  const reader = createTarReader({
    entry: (found) => {
      const entry = guard.take(found)
      const before = names.came(entry.path)
      if (before === undefined) throw notAsked(backup.root, entry.path)
      missed.push(...before)
      digest.add(entry)
      current = entry
      // A map of holes is no content, and a further name has none.
      sampler.begin(entry.path, entry.type === 'file' && !found.isSparse ? entry.bytes : 0)
    },
    content: (piece, isPadding) => (isPadding ? undefined : sampler.content(piece)),
    entryEnd: () => {
      sampler.end()
      if (tar.kind !== 'gnu' && current?.type === 'file') still.push(current)
    },
  })
  const lookBack = async (): Promise<void> => {
    const [gone, packed] = [missed, still]
    missed = []
    still = []
    for (const path of gone) await seen.missed(path)
    // Other tars do not tell what changed under them.
    for (const entry of packed) await seen.packed(entry)
  }
  const walked = walkTree(backup.root, {
    ...backup.rules,
    leftOut: (path, reason) => seen.leftOut.add(path, reason),
    unreadable: (path) => seen.unreadable(path),
  })
  const result = await ctx.run({
    argv: packingArgv(tar, backup.root),
    env: plainEnv,
    stdin: names.toldTo(walked),
    onStdout: async (piece) => {
      asArchive(() => reader.push(piece))
      await lookBack()
      await write(piece)
    },
    timeoutMs: ctx.timeoutMs,
    maxOutputBytes: 16_000_000,
  })
  missed.push(...names.rest())
  await lookBack()
  const torn = tornOf(result, backup)
  asArchive(() => reader.finish())
  await seen.tornFiles(torn)
  seen.mustBeWhole()
  mustHoldSomething(backup, digest.counts.files, seen.leftOut)
  const facts: TreeFacts = {
    version: 1,
    tar: tar.kind === 'gnu' ? 'gnu' : 'bsd',
    counts: digest.counts,
    digests: digest.digests(),
    outsideLinks: guard.outsideLinks,
    sparseFiles: guard.sparseFiles,
    ...seen.counts(),
    sample: sampler.sample(),
  }
  return { facts, notes: [...seen.notes(), ...(tar.kind === 'gnu' ? [] : [texts.lessNote({ tar: tar.kind })])] }
}

/** What was not packed as it stands. */
class Seen {
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

const second = 1_000_000_000n

/** What tar said was written to while it was read. Throws when it said anything else that it could not do. */
function tornOf(result: CommandResult, { root }: BackupRules): readonly BytePath[] {
  if (result.outcome !== 'exited') throw new VigieError('no-answer', texts.tarLate({ path: root }))
  const { torn, unknown } = complaintsIn(result.stderr)
  const isKnown = unknown.length === 0 && !result.isTruncated && (result.exitCode === 1 || result.exitCode === 2)
  if (result.exitCode !== 0 && !isKnown) {
    const detail = lastLines(unknown.join('\n') || result.stderr) || `exit ${result.exitCode}`
    throw new BackupError('unreachable', texts.tarFailure({ path: root, detail }))
  }
  return torn
}

/** Does what reads an archive; bytes that are none are a fault of the backup. */
export function asArchive(read: () => void): void {
  try {
    read()
  } catch (error) {
    if (!(error instanceof TarError)) throw error
    const failure = error.fault === 'truncated' ? 'truncated' : error.fault === 'checksum' ? 'checksum' : 'assertion'
    throw new BackupError(failure, archiveSpoiled({ detail: error.message }), { cause: error })
  }
}

function notAsked(path: string, place: BytePath): BackupError {
  return new BackupError('assertion', texts.notAsAsked({ path, place: readable(place) }))
}
