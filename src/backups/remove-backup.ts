import type { BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import type { NotRemoved, Repository } from '../core/repository.ts'
import type { ActionOutcome } from '../core/task.ts'
import type { EntryFolder } from './entry-folders.ts'
import { isLocked, notRemoved, partLeft } from './prune-texts.ts'

interface Removal {
  readonly folder: EntryFolder | undefined
  readonly id: string
  readonly record: BackupRecord | undefined
}

/**
 * Takes a backup away: out of the book first, then its manifest, then the rest. So it is never called good when something of it
 * is gone; a kill in between leaves what the next plan names as cut off. What its store does not give up comes back into the
 * book as it was.
 */
export async function removeBackup(
  { id, record, folder }: Removal,
  repository: Repository,
  ctx: StepContext,
): Promise<ActionOutcome> {
  const removedAt = record?.removedAt ?? ctx.clock.now()
  const gone = record && {
    ...record,
    status: record.status === 'running' ? ('failed' as const) : record.status,
    removedAt,
  }
  if (gone !== undefined && record?.removedAt === undefined) await ctx.backups.keep(gone)
  if (folder === undefined) return { status: 'done', changed: true, bytes: 0 }
  const manifest = `${folder.path}/manifest.json`
  const [kept] = folder.hasManifest ? await removed([manifest], repository, ctx) : []
  if (kept !== undefined) {
    if (record !== undefined) await ctx.backups.keep({ ...record, removedAt: undefined })
    const reason =
      kept.until === undefined
        ? notRemoved({ id, object: kept.path })
        : isLocked({ id, until: kept.until.toISOString() })
    return { status: 'skipped', reason }
  }
  const left = await removed(
    folder.objects.filter((path) => path !== manifest),
    repository,
    ctx,
  )
  if (left.length === 0) return { status: 'done', changed: true, bytes: folder.bytes }
  return { status: 'done', changed: true, bytes: 0, note: partLeft({ id, left: left.length }) }
}

async function removed(
  paths: readonly string[],
  repository: Repository,
  ctx: StepContext,
): Promise<readonly NotRemoved[]> {
  const kept = paths.length === 0 ? [] : await repository.remove(paths)
  for (const { path, until, reason } of kept.slice(0, 20))
    ctx.record({ what: `remove ${repository.place} ${path}`, output: JSON.stringify({ until, reason }) })
  return kept
}
