import { BackupError } from '../../../core/backup.ts'
import type { CommandResult, StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { canonicalJson } from '../../../core/json.ts'
import { GatheredBytes } from '../../../platform/gathered-bytes.ts'
import { createTarReader } from '../../../platform/tar/tar-reader.ts'
import { lastLines } from '../../../platform/tool-command.ts'
import { ArchiveGuard } from './archive-guard.ts'
import { asArchive } from './as-archive.ts'
import type { BytePath } from './byte-path.ts'
import { type ContentSample, holdsSample, Sampler, sampleKey } from './content-sample.ts'
import * as texts from './restore-texts.ts'
import { findTar, unpackingArgv, unpackingEnv } from './tar-program.ts'
import { type TreeCounts, TreeDigest, type TreeDigests } from './tree-digest.ts'
import { entriesOf, type TreeFacts, type treeIn } from './tree-facts.ts'
import { WantedEntries } from './wanted-entries.ts'

/** What was unpacked, as the archive said it. */
export interface Unpacked {
  readonly counts: TreeCounts
  readonly digests: TreeDigests
  readonly sample: ContentSample
  /** Of single files and folders that were wanted: those that lie in no other. */
  readonly topmost: readonly BytePath[]
  /** All times were set, to the nanosecond: bsdtar leaves out that of the root, busybox what is less than a second. */
  readonly keepsTimes: boolean
}

/**
 * Unpacks the tree of a backup, or what is wanted of it, into an empty folder. Each entry is looked at before tar gets it.
 * Throws `BackupError`: `assertion` for what was not packed by Vigie, `checksum` when all was read and is not what was packed,
 * `no-space`, `volume-missing` when something wanted is not in it.
 */
export async function unpackTree(
  { part, facts }: ReturnType<typeof treeIn>,
  folder: string,
  only: readonly string[],
  ctx: StepContext,
): Promise<Unpacked> {
  const tar = await findTar(ctx, 'unpack')
  if (facts.sparseFiles > 0 && tar.kind === 'busybox') {
    throw new VigieError('tool-missing', texts.holes({ count: facts.sparseFiles }), { hint: texts.holesHint({}) })
  }
  const wanted = new WantedEntries(only)
  const [all, taken] = [new TreeDigest(), new TreeDigest()]
  const sampler = new Sampler(await ctx.ownKey(sampleKey))
  const limits = { entries: entriesOf(facts), bytes: archiveLimit(facts), outsideLinks: facts.outsideLinks }
  const guard = new ArchiveGuard(limits)
  /** What tar gets next: its end comes only when all was read and looked at. */
  const ready = new GatheredBytes(4 * givenBytes)
  let isTaken = false
  let isRead = false
  const reader = createTarReader({
    entry: (found, raw) => {
      const entry = guard.take(found)
      all.add(entry)
      const sent = wanted.take(entry, raw)
      isTaken = sent.length > 0
      for (const one of sent) {
        if (!wanted.isAll) taken.add(one.entry)
        ready.add(one.raw)
      }
      if (isTaken) sampler.begin(entry.path, entry.type === 'file' && !found.isSparse ? entry.bytes : 0)
    },
    content: (piece, isPadding) => {
      if (!isTaken) return
      if (!isPadding) sampler.content(piece)
      ready.add(piece)
    },
    entryEnd: () => (isTaken ? sampler.end() : undefined),
  })
  async function* checked(): AsyncGenerator<Uint8Array> {
    for await (const piece of part.read()) {
      ctx.signal.throwIfAborted()
      asArchive(() => reader.push(piece))
      if (ready.length >= givenBytes) yield ready.take()
    }
    asArchive(() => reader.finish())
    isRead = true
    if (ready.length > 0) yield ready.take()
    yield Buffer.alloc(endBytes)
  }
  const result = await ctx.run({
    argv: unpackingArgv(tar, folder),
    env: unpackingEnv(tar),
    stdin: checked(),
    timeoutMs: ctx.timeoutMs,
  })
  mustHaveUnpacked(result, isRead, folder)
  mustBeAsPacked(all, wanted.isAll ? sampler.sample() : undefined, facts)
  const [first] = wanted.unmet
  if (first !== undefined) throw new BackupError('volume-missing', texts.notInBackup({ path: first }))
  const whole = wanted.isAll ? all : taken
  return {
    counts: whole.counts,
    digests: wanted.isAll ? facts.digests : taken.digests(),
    sample: sampler.sample(),
    topmost: wanted.topmost,
    keepsTimes: tar.kind === 'gnu',
  }
}

/** What tar is given at once, at least: a tree of many backups comes in pieces of some files. */
const givenBytes = 128 * 1024

/** Two empty blocks, filled up to a record. Source: POSIX `pax`. */
const endBytes = 10_240

/** Maps of holes take some bytes that no file has. */
function archiveLimit({ counts, sparseFiles }: TreeFacts): number {
  return counts.bytes + sparseFiles * 16 * 1024 * 1024
}

function mustBeAsPacked(all: TreeDigest, now: ContentSample | undefined, { counts, digests, sample }: TreeFacts): void {
  // Of another key nothing can be said, and of a part of the tree neither.
  const isSampled = now !== undefined && now.key === sample.key
  const isSame =
    canonicalJson([all.counts, all.digests()]) === canonicalJson([counts, digests]) &&
    (!isSampled || holdsSample(now, sample))
  if (!isSame) throw new BackupError('checksum', texts.notAsPacked({}))
}

function mustHaveUnpacked(result: CommandResult, isRead: boolean, folder: string): void {
  if (result.outcome !== 'exited') throw new VigieError('no-answer', texts.unpackLate({ path: folder }))
  if (result.exitCode === 0 && isRead) return
  if (/No space left on device|Disk quota exceeded/.test(result.stderr)) {
    throw new BackupError('no-space', texts.fullMeanwhile({ path: folder }), { hint: texts.noSpaceHint({}) })
  }
  const detail = lastLines(result.stderr) || `exit ${result.exitCode}`
  throw new BackupError('assertion', texts.unpackFailed({ path: folder, detail }))
}
