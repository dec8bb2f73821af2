import type { DumpPart } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import type { Text } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import { packageVersion } from '../platform/own-package.ts'
import { closeInterrupted } from './close-interrupted.ts'
import { type Copied, copied } from './copied.ts'
import { copyPart, removeFolder } from './copy-part.ts'
import { openNotes } from './dump-notes.ts'
import { settleShelf, shelfOf } from './entry-shelf.ts'
import { failureOf } from './failure.ts'
import { finishBackup } from './finish-backup.ts'
import { lastFull } from './last-full.ts'
import { type Manifest, type ManifestPart, manifestFormat } from './manifest.ts'
import { noticedIn } from './noticed-in.ts'
import { restsOn } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import { partRecordOf } from './part-record.ts'
import { backupFolder, newBackupId } from './places.ts'
import { withScratch } from './scratch.ts'
import { needsKey, needsKeyHint, nothingStored, nothingToCopy, partial } from './texts.ts'

export interface ToCopy {
  readonly from: Copied
  readonly part: DumpPart
  /** Why it cannot be copied: it is told in its place, and the others are copied all the same. */
  readonly refused?: unknown
  /** What its component said before it was copied; with the first of its parts. */
  readonly notes?: readonly Text[]
}

/** Stands for all parts of a component that could not say what it has. */
const unseenPart: DumpPart = { name: 'all', file: '', bytes: null }

/**
 * What of these components there is to copy. One that cannot be looked at does not keep the others from being copied. Throws
 * when none can be, and when one of them holds secrets that nothing would encrypt.
 */
export async function partsToCopy(
  names: readonly string[],
  options: EntryOptions,
  ctx: StepContext,
): Promise<readonly ToCopy[]> {
  const found: ToCopy[] = []
  for (const name of names) {
    const from = copied(name, ctx)
    let [parts, notes]: [readonly DumpPart[], readonly Text[]] = [[], []]
    try {
      ;({ parts, notes } = await from.ability.survey(from.ctx))
      if (parts.length === 0) throw new VigieError('backup-failed', nothingToCopy({ component: name }))
    } catch (error) {
      if (ctx.signal.aborted) throw error
      found.push({ from, part: unseenPart, refused: error, notes })
      continue
    }
    for (const part of parts) {
      if (part.isSecret && options.encrypt === undefined)
        throw new VigieError('usage', needsKey({ component: name, part: part.name }), { hint: needsKeyHint({}) })
      found.push({ from, part, notes })
      notes = []
    }
  }
  const [first] = found
  if (first !== undefined && found.every(({ refused }) => refused !== undefined)) throw first.refused
  return found
}

/**
 * Copies components into the repository. A part that fails leaves the others: the backup is partial then, is recorded as
 * such, and the throw says which. Throws `VigieError` with `backup-failed`.
 */
export async function createBackup(
  entry: Component<EntryOptions>,
  { toCopy, run }: { readonly toCopy: readonly ToCopy[]; readonly run: string },
  repository: Repository,
  ctx: StepContext,
): Promise<BackupRecord> {
  await closeInterrupted(entry, repository, ctx)
  const startedAt = ctx.clock.now()
  const begun: BackupRecord = {
    ...{ id: newBackupId(startedAt), entry: entry.name, run, place: repository.place, startedAt },
    ...{ finishedAt: undefined, status: 'running', parts: [], manifestSha256: undefined },
    ...{ base: undefined, provedAt: undefined, removedAt: undefined },
  }
  await ctx.backups.keep(begun)
  let made: { readonly record: BackupRecord; readonly parts: readonly ManifestPart[] }
  try {
    made = await copyAll(entry, begun, toCopy, repository, ctx)
  } catch (error) {
    await removeFolder(repository, backupFolder(entry.system, entry.name, begun.id))
    await ctx.backups.keep({ ...begun, status: 'failed', finishedAt: ctx.clock.now() })
    throw error
  }
  await ctx.backups.keep(made.record)
  const failed = made.parts.flatMap(({ component, name, failure }) =>
    failure === null ? [] : [`${component}/${name}`],
  )
  if (failed.length === 0) return made.record
  const { id, status } = made.record
  const text = status === 'failed' ? nothingStored({ failed }) : partial({ id, failed })
  throw failureOf(made.parts, text, await noticedIn(made.record, ctx))
}

async function copyAll(
  component: Component<EntryOptions>,
  begun: BackupRecord,
  toCopy: readonly ToCopy[],
  repository: Repository,
  ctx: StepContext,
): Promise<{ readonly record: BackupRecord; readonly parts: readonly ManifestPart[] }> {
  const { name: entry, system, options } = component
  const folder = backupFolder(system, entry, begun.id)
  const base = await lastFull({ system, entry, options }, repository, ctx)
  const expected = toCopy.reduce((sum, { part }) => sum + (part.bytes ?? 0), 0)
  const shelf = shelfOf(component, repository, ctx)
  const notes = openNotes(ctx, JSON.stringify([system, entry]))
  let wholes = base?.wholes ?? []
  let noted = base?.manifests.map(({ id }) => id) ?? []
  try {
    const parts = await withScratch(ctx, async (scratch) => {
      const made: ManifestPart[] = []
      let before = 0
      for (const one of toCopy) {
        const onBytes = (bytes: number): void => ctx.progress(expected === 0 ? 0 : (before + bytes) / expected)
        const place = { ctx, repository, backup: begun.id, folder, scratch, options, base, shelf, notes, onBytes }
        made.push(await copyPart(one, place))
        before += one.part.bytes ?? 0
      }
      return made
    })
    const finishedAt = ctx.clock.now()
    const stored = parts.filter(({ packed }) => packed !== null)
    const isDifference = stored.some(({ packed }) => packed?.base != null)
    const baseId = isDifference ? base?.id : undefined
    const inBook = parts.map((part) => partRecordOf(part, baseId))
    const record: BackupRecord = { ...begun, status: 'failed', finishedAt, parts: inBook }
    if (stored.length === 0) return { record, parts }
    const status = stored.length === parts.length ? 'succeeded' : 'partial'
    const manifest: Manifest = {
      ...{ format: manifestFormat, id: begun.id, system, entry, run: begun.run, status, base: baseId ?? null, parts },
      ...{ startedAt: begun.startedAt.toISOString(), finishedAt: finishedAt.toISOString() },
      ...{ madeBy: `vigie ${packageVersion()}`, byHand: [] },
    }
    const used = restsOn(manifest)
    const others = base?.manifests.filter(({ id }) => used.includes(id)) ?? []
    const { sha256 } = await finishBackup(manifest, { toCopy, others }, repository, folder)
    if (status === 'succeeded') {
      wholes = parts.flatMap(({ component: of, name, packed }) =>
        packed?.base === null ? packed : (base?.partOf(of, name)?.part ?? []),
      )
      noted = [...used, begun.id]
    }
    return { record: { ...record, status, base: baseId, manifestSha256: sha256 }, parts }
  } finally {
    await settleShelf(shelf, wholes)
    await notes.keepOnly(noted)
  }
}
