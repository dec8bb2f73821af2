import type { BackupRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import type { Repository } from '../core/repository.ts'
import { packageVersion } from '../platform/own-package.ts'
import { closeInterrupted } from './close-interrupted.ts'
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
import type { ToCopy } from './parts-to-copy.ts'
import { backupFolder, newBackupId } from './places.ts'
import { withScratch } from './scratch.ts'
import { nothingStored, partial } from './texts.ts'

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
