import type { StepContext } from '../core/context.ts'
import type { Repository } from '../core/repository.ts'
import { holdsAll } from './chosen-backup.ts'
import type { Manifest } from './manifest.ts'
import { packedIn, readManifest } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import type { PackedPart } from './packing/packed-part.ts'

export interface LastFull {
  readonly manifest: Manifest
  partOf(component: string, part: string): { readonly backup: string; readonly part: PackedPart } | undefined
}

/**
 * The full backup that a difference may be stored to; undefined when a full one is due. What is encrypted for others cannot
 * be read here, so nothing can be a difference to it.
 */
export async function lastFull(
  { system, entry, options }: { readonly system: string; readonly entry: string; readonly options: EntryOptions },
  repository: Repository,
  ctx: StepContext,
): Promise<LastFull | undefined> {
  if (options.encrypt !== undefined) return undefined
  const now = ctx.clock.now().getTime()
  const record = (await ctx.backups.list(entry)).find(
    (one) =>
      one.status === 'succeeded' &&
      one.base === undefined &&
      one.removedAt === undefined &&
      one.place === repository.place &&
      holdsAll(one, options.what),
  )
  if (record === undefined) return undefined
  const ageMs = now - record.startedAt.getTime()
  // One from the future says that the clock was set back: how old it is cannot be known.
  if (ageMs < 0 || ageMs >= options.full) return undefined
  // One that cannot be read any more is no ground to build on; verify tells of it.
  const manifest = await readManifest({ system, entry }, record, repository).catch(() => undefined)
  if (manifest === undefined) return undefined
  return {
    manifest,
    partOf: (component, name) => {
      const part = packedIn(manifest, component, name)
      return part === undefined ? undefined : { backup: manifest.id, part }
    },
  }
}
