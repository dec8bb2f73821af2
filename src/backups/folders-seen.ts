import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import type { Repository } from '../core/repository.ts'
import { type EntryFolder, entryFolders } from './entry-folders.ts'

/** A listing of a large repository takes many requests: the whole is asked for again when it is older. */
const wholeForMs = 60_000

/**
 * What an entry has in its repository, as a run that removes one after the other sees it: the folder that is about to go is
 * looked at each time, the others once a minute.
 */
export async function foldersSeen(
  { name: entry, system }: Component<unknown>,
  repository: Repository,
  ctx: StepContext,
  id?: string,
): Promise<ReadonlyMap<string, EntryFolder>> {
  const seen = await ctx.share(
    'folders of the repository',
    async () => ({ atMs: Number.NEGATIVE_INFINITY, folders: new Map<string, EntryFolder>() }),
    async () => undefined,
  )
  const nowMs = ctx.clock.monotonicMs()
  if (id === undefined || nowMs - seen.atMs > wholeForMs) {
    seen.folders = new Map(await entryFolders(repository, { system, entry }, ctx.signal))
    seen.atMs = nowMs
    return seen.folders
  }
  const now = (await entryFolders(repository, { system, entry, id }, ctx.signal)).get(id)
  if (now === undefined) seen.folders.delete(id)
  else seen.folders.set(id, now)
  return seen.folders
}
