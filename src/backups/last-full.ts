import type { BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import type { JsonObject } from '../core/json.ts'
import type { Repository } from '../core/repository.ts'
import { holdsAll } from './chosen-backup.ts'
import type { Manifest } from './manifest.ts'
import { laterIn, packedIn, readManifest } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import type { PackedPart } from './packing/packed-part.ts'

export interface StoredOnce {
  readonly backup: string
  readonly part: PackedPart
  readonly facts: JsonObject
}

export interface FullPart extends StoredOnce {
  /** The differences since that rest on each other, in their order; the last one is of the newest backup. */
  readonly later: readonly StoredOnce[]
}

export interface LastFull {
  readonly manifest: Manifest
  /** The newest difference to it, and those that it rests on, in their order. */
  readonly later: readonly Manifest[]
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
  const records = (await ctx.backups.list(entry)).filter(
    (one) =>
      one.startedAt <= now &&
      one.status === 'succeeded' &&
      one.removedAt === undefined &&
      one.place === repository.place &&
      holdsAll(one, options.what),
  )
  const record = records.find(({ base }) => base === undefined)
  if (record === undefined) return undefined
  if (now.getTime() - record.startedAt.getTime() >= options.full) return undefined
  // One that cannot be read any more is no ground to build on; verify tells of it.
  const manifest = await readManifest({ system, entry }, record, repository).catch(() => undefined)
  if (manifest === undefined) return undefined
  const newest = records.find(({ base }) => base === record.id)
  const later = newest === undefined ? [] : await laterOf(newest, records)
  return {
    manifest,
    later,
    partOf: (component, name) => {
      const full = storedIn(manifest, component, name)
      if (full === undefined) return undefined
      const last = later.at(-1)
      const from = last && packedIn(last, component, name)?.reused?.from
      if (last === undefined || from === undefined) return { ...full, later: [] }
      const all = [...from, last.id].flatMap((id) => {
        const found = later.find((one) => one.id === id)
        return (found && storedIn(found, component, name)) ?? []
      })
      // Numbers of streams are places among these: with one less they would be those of others.
      return { ...full, later: all.length === from.length + 1 ? all : [] }
    },
  }

  async function laterOf(last: BackupRecord, all: readonly BackupRecord[]): Promise<readonly Manifest[]> {
    try {
      const newestOf = await readManifest({ system, entry }, last, repository)
      const found = []
      for (const id of laterIn(newestOf)) {
        const one = all.find((known) => known.id === id)
        if (one === undefined) return []
        found.push(await readManifest({ system, entry }, one, repository))
      }
      return [...found, newestOf]
    } catch {
      // Then the next one rests on the full one alone; verify tells of those.
      return []
    }
  }
}

function storedIn(manifest: Manifest, component: string, name: string): StoredOnce | undefined {
  const found = manifest.parts.find((part) => part.component === component && part.name === name)
  return found?.packed == null ? undefined : { backup: manifest.id, part: found.packed, facts: found.facts }
}
