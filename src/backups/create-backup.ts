import type { DumpPart } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import type { Repository } from '../core/repository.ts'
import { packageVersion } from '../platform/own-package.ts'
import { type Copied, copied } from './copied.ts'
import { copyPart } from './copy-part.ts'
import { failureOf } from './failure.ts'
import { finishBackup } from './finish-backup.ts'
import { lastFull } from './last-full.ts'
import { type ManifestPart, manifestFormat } from './manifest.ts'
import type { EntryOptions } from './options.ts'
import { storedBytesOf } from './packing/packed-part.ts'
import { backupFolder, newBackupId } from './places.ts'
import { withScratch } from './scratch.ts'
import { needsKey, needsKeyHint, nothingStored, nothingToCopy, partial } from './texts.ts'

export interface ToCopy {
  readonly from: Copied
  readonly part: DumpPart
}

/** What of these components there is to copy. Throws before anything is copied when one of them may not be. */
export async function partsToCopy(
  names: readonly string[],
  options: EntryOptions,
  ctx: StepContext,
): Promise<readonly ToCopy[]> {
  const found: ToCopy[] = []
  for (const name of names) {
    const from = copied(name, ctx)
    const { parts } = await from.ability.survey(from.ctx)
    if (parts.length === 0) throw new VigieError('backup-failed', nothingToCopy({ component: name }))
    for (const part of parts) {
      if (part.isSecret && options.encrypt === undefined)
        throw new VigieError('usage', needsKey({ component: name, part: part.name }), { hint: needsKeyHint({}) })
      found.push({ from, part })
    }
  }
  return found
}

/**
 * Copies components into the repository. A part that fails leaves the others: the backup is partial then, is recorded as
 * such, and the throw says which. Throws `VigieError` with `backup-failed`.
 */
export async function createBackup(
  { name: entry, system, options }: Component<EntryOptions>,
  { toCopy, run }: { readonly toCopy: readonly ToCopy[]; readonly run: string },
  repository: Repository,
  ctx: StepContext,
): Promise<BackupRecord> {
  const startedAt = ctx.clock.now()
  const id = newBackupId(startedAt)
  const folder = backupFolder(system, entry, id)
  const base = await lastFull({ system, entry, options }, repository, ctx)
  const begun: BackupRecord = {
    ...{ id, entry, run, place: repository.place, startedAt, finishedAt: undefined, status: 'running', parts: [] },
    ...{ manifestSha256: undefined, base: undefined, provedAt: undefined, removedAt: undefined },
  }
  await ctx.backups.keep(begun)
  const parts = await withScratch(ctx, async (scratch) => {
    const made: ManifestPart[] = []
    const expected = toCopy.reduce((sum, { part }) => sum + (part.bytes ?? 0), 0)
    let before = 0
    for (const one of toCopy) {
      const onBytes = (bytes: number): void => ctx.progress(expected === 0 ? 0 : (before + bytes) / expected)
      made.push(await copyPart(one, { ctx, repository, folder, scratch, options, base, onBytes }))
      before += one.part.bytes ?? 0
    }
    return made
  })
  const failures = parts.flatMap(({ component, name, failure }) => (failure === null ? [] : [`${component}/${name}`]))
  const record: BackupRecord = { ...begun, parts: parts.map(recordOf) }
  if (failures.length === parts.length) {
    await ctx.backups.keep({ ...record, status: 'failed', finishedAt: ctx.clock.now() })
    throw failureOf(parts, nothingStored({ failed: failures }))
  }
  const status = failures.length === 0 ? 'succeeded' : 'partial'
  const usesBase = parts.some(({ packed }) => packed !== null && packed.base !== null)
  const finishedAt = ctx.clock.now()
  const manifest = await finishBackup(
    {
      ...{
        format: manifestFormat,
        id,
        system,
        entry,
        run,
        status,
        madeBy: `vigie ${packageVersion()}`,
        parts,
        byHand: [],
      },
      ...{ startedAt: startedAt.toISOString(), finishedAt: finishedAt.toISOString() },
      base: usesBase ? (base?.manifest.id ?? null) : null,
    },
    toCopy,
    repository,
    folder,
  )
  const kept: BackupRecord = { ...record, status, finishedAt, manifestSha256: manifest.sha256 }
  const done = usesBase && base !== undefined ? { ...kept, base: base.manifest.id } : kept
  await ctx.backups.keep(done)
  if (failures.length > 0) throw failureOf(parts, partial({ id, failed: failures }))
  return done
}

function recordOf({ component, name, packed, facts }: ManifestPart): BackupRecord['parts'][number] {
  const status = packed === null ? 'failed' : 'succeeded'
  const counts = facts['counts']
  return {
    ...{ component, name, status, bytes: packed?.bytes ?? 0, storedBytes: packed === null ? 0 : storedBytesOf(packed) },
    counts: numbersOf(counts),
  }
}

function numbersOf(value: unknown): Readonly<Record<string, number>> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : []
  return Object.fromEntries(entries.filter(([, count]) => typeof count === 'number'))
}
