import { BackupError } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import type { Repository } from '../core/repository.ts'
import { checkGuides } from './check-guides.ts'
import { readWithSum } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import { partRecordOf } from './part-record.ts'
import { backupFolder } from './places.ts'

/**
 * Ends what a killed Vigie left as running: whoever works on an entry holds its lease, so nobody runs it any more. One whose
 * manifest was written, and is as its own sums say, is a backup and counts as one; of one without a manifest the objects go,
 * since nothing could be made of them.
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
  if ((await repository.look(`${folder}/manifest.json`)) === undefined) {
    const paths = []
    for await (const { path } of repository.list(folder)) paths.push(path)
    await repository.remove(paths)
    return { ...record, status: 'failed', finishedAt: ctx.clock.now() }
  }
  const read = await readSound({ system, entry }, record, repository)
  // What is damaged is nobody's backup; somebody may look at it, and it is in nobody's way.
  if (read === undefined) return { ...record, status: 'failed', finishedAt: ctx.clock.now() }
  const { manifest } = read
  const base = manifest.base ?? undefined
  return {
    ...record,
    status: manifest.status,
    finishedAt: new Date(manifest.finishedAt),
    parts: manifest.parts.map((part) => partRecordOf(part, base)),
    manifestSha256: read.sha256,
    base,
  }
}

/** Undefined when it is not what was written: no record says its sum, but what lies beside it does. */
async function readSound(
  place: { readonly system: string; readonly entry: string },
  { id }: BackupRecord,
  repository: Repository,
): Promise<Awaited<ReturnType<typeof readWithSum>> | undefined> {
  try {
    const read = await readWithSum(place, { id, manifestSha256: undefined }, repository)
    await checkGuides(read.manifest, { manifestSha256: read.sha256 }, repository)
    return read
  } catch (error) {
    if (error instanceof BackupError && error.failure !== 'unreachable') return undefined
    throw error
  }
}
