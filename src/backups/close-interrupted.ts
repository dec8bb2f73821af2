import type { BackupRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import type { Repository } from '../core/repository.ts'
import { readWithSum } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import { partRecordOf } from './part-record.ts'
import { backupFolder } from './places.ts'

/**
 * Ends what a killed Vigie left as running: whoever works on an entry holds its lease, so nobody runs it any more. One whose
 * manifest was written is a backup and counts as one; of another the objects go, since nothing could be made of them.
 */
export async function closeInterrupted(
  { name: entry, system }: Component<EntryOptions>,
  repository: Repository,
  ctx: StepContext,
): Promise<void> {
  const left = (await ctx.backups.list(entry)).filter(
    ({ status, place }) => status === 'running' && place === repository.place,
  )
  for (const record of left) await ctx.backups.keep(await closed({ system, entry }, record, repository, ctx))
}

async function closed(
  { system, entry }: { readonly system: string; readonly entry: string },
  record: BackupRecord,
  repository: Repository,
  ctx: StepContext,
): Promise<BackupRecord> {
  const folder = backupFolder(system, entry, record.id)
  const there = await repository.look(`${folder}/manifest.json`)
  const read =
    there === undefined
      ? undefined
      : await readWithSum({ system, entry }, { id: record.id, manifestSha256: undefined }, repository)
  if (read === undefined) {
    const paths = []
    for await (const { path } of repository.list(folder)) paths.push(path)
    await repository.remove(paths)
    return { ...record, status: 'failed', finishedAt: ctx.clock.now() }
  }
  const { manifest } = read
  return {
    ...record,
    status: manifest.status,
    finishedAt: new Date(manifest.finishedAt),
    parts: manifest.parts.map(partRecordOf),
    manifestSha256: read.sha256,
    base: manifest.base ?? undefined,
  }
}
