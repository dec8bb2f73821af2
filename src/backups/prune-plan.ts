import { BackupError } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import { recordsById } from '../core/good-copy.ts'
import type { Text } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import type { EntryFolder } from './entry-folders.ts'
import { decideKeep, type KeepDecision } from './keep/keep.ts'
import { keepPolicy } from './keep/keep-schema.ts'
import { readManifest, restsOn } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import { isCutOff, isLeftover } from './prune-texts.ts'

const dayMs = 86_400_000

/** Nothing that is being written is so long without a new object. */
export const leftoverAfterMs = dayMs

/** Objects under an id that are no backup: one that was cut off, or a removal that was. */
export interface Leftover {
  readonly folder: EntryFolder
  readonly record: BackupRecord | undefined
  readonly why: Text
}

export interface Prunable {
  readonly decisions: readonly KeepDecision[]
  readonly leftovers: readonly Leftover[]
  readonly folders: ReadonlyMap<string, EntryFolder>
}

/** What of an entry may go by now: by its rules, the records and these folders of the repository. Changes nothing. */
export async function prunable(
  { name: entry, system, options }: Component<EntryOptions>,
  folders: ReadonlyMap<string, EntryFolder>,
  repository: Repository,
  ctx: StepContext,
): Promise<Prunable> {
  const records = await ctx.backups.list(entry)
  const byId = recordsById(records)
  const now = ctx.clock.now()
  const decisions = decideKeep({
    ...{
      records,
      policy: keepPolicy(options.keep),
      what: options.what,
      now,
      timeZone: ctx.timeZone,
      place: repository.place,
    },
    manifests: new Set([...folders.values()].flatMap(({ id, hasManifest }) => (hasManifest ? [id] : []))),
    needed: await neededByUnknown({ system, entry }, [...folders.values()], byId, repository),
  })
  const leftovers = [...folders.values()].flatMap((folder): readonly Leftover[] => {
    const record = byId.get(folder.id)
    const why = leftoverReason(folder, record, now)
    return why === undefined ? [] : [{ folder, record, why }]
  })
  return { decisions, leftovers, folders }
}

/** Why a folder is a leftover; undefined when it is a backup, is being made, or has to be looked at by somebody. */
function leftoverReason({ id, writtenAt, hasManifest }: EntryFolder, record: BackupRecord | undefined, now: Date) {
  if (record?.removedAt !== undefined) return isCutOff({ id })
  if (hasManifest || (record !== undefined && record.status !== 'running')) return undefined
  const since = Math.max(writtenAt.getTime(), record?.startedAt.getTime() ?? 0)
  return now.getTime() - since > leftoverAfterMs ? isLeftover({ id, writtenAt: writtenAt.toISOString() }) : undefined
}

/**
 * What backups rest on that have a manifest but no record that says so: another Vigie made them, the state was lost, or the
 * last word of a backup was. One that is damaged can hold nothing back.
 */
async function neededByUnknown(
  place: { readonly system: string; readonly entry: string },
  folders: readonly EntryFolder[],
  byId: ReadonlyMap<string, BackupRecord>,
  repository: Repository,
): Promise<ReadonlyMap<string, string>> {
  const needed = new Map<string, string>()
  for (const { id, hasManifest } of folders) {
    const record = byId.get(id)
    const isTold = record !== undefined && (record.removedAt !== undefined || record.manifestSha256 !== undefined)
    if (!hasManifest || isTold) continue
    try {
      const manifest = await readManifest(place, { id, manifestSha256: undefined }, repository)
      for (const other of restsOn(manifest)) needed.set(other, id)
    } catch (error) {
      if (!(error instanceof BackupError) || error.failure === 'unreachable') throw error
    }
  }
  return needed
}
