import type { StepContext } from '../core/context.ts'
import type { JsonObject } from '../core/json.ts'
import type { Repository } from '../core/repository.ts'
import { holdsAll } from './chosen-backup.ts'
import type { Manifest } from './manifest.ts'
import { readManifest } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import type { PackedPart } from './packing/packed-part.ts'

export interface FullPart {
  readonly backup: string
  readonly part: PackedPart
  readonly facts: JsonObject
}

export interface LastFull {
  readonly manifest: Manifest
  partOf(component: string, part: string): FullPart | undefined
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
  const now = ctx.clock.now()
  // How old one from the future is cannot be known; of those it hides, one that is older still serves.
  const record = (await ctx.backups.list(entry)).find(
    (one) =>
      one.startedAt <= now &&
      one.status === 'succeeded' &&
      one.base === undefined &&
      one.removedAt === undefined &&
      one.place === repository.place &&
      holdsAll(one, options.what),
  )
  if (record === undefined) return undefined
  if (now.getTime() - record.startedAt.getTime() >= options.full) return undefined
  // One that cannot be read any more is no ground to build on; verify tells of it.
  const manifest = await readManifest({ system, entry }, record, repository).catch(() => undefined)
  if (manifest === undefined) return undefined
  return {
    manifest,
    partOf: (component, name) => {
      const found = manifest.parts.find((part) => part.component === component && part.name === name)
      return found?.packed == null ? undefined : { backup: manifest.id, part: found.packed, facts: found.facts }
    },
  }
}
