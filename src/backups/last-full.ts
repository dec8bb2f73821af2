import type { BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import type { JsonObject } from '../core/json.ts'
import type { Repository } from '../core/repository.ts'
import { holdsAll } from './chosen-backup.ts'
import type { Manifest } from './manifest.ts'
import { readManifest, restsOn } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import { isOutgrown, type PackedPart } from './packing/packed-part.ts'

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
  readonly id: string
  /** It, those that the newest difference to it rests on, and that one. */
  readonly manifests: readonly Manifest[]
  /** The whole copy of a part that a difference may be stored to; undefined when a whole one is due. */
  partOf(component: string, part: string): FullPart | undefined
  /** Those that the parts of the newest backup are, or are differences to. */
  readonly wholes: readonly PackedPart[]
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
  const read = (one: BackupRecord): Promise<Manifest> => readManifest({ system, entry }, one, repository)
  const full = await read(record).catch(() => undefined)
  if (full === undefined) return undefined
  const newest = records.find(({ base }) => base === record.id)
  // Without one of those, the next one rests on the full one alone.
  const since = newest === undefined ? [] : await chainOf(newest).catch(() => [])
  const manifests = [full, ...since]
  const last = since.at(-1) ?? full
  return {
    id: record.id,
    manifests,
    partOf: (component, name) => {
      const stored = storedIn(last, component, name)
      if (stored === undefined) return wholeOf(full, component, name)
      return isOutgrown(stored.part) ? undefined : wholeOf(last, component, name)
    },
    wholes: last.parts.flatMap(({ component, name }) => wholeOf(last, component, name)?.part ?? []),
  }

  /** What it rests on but the full one, in the order in which they were made, and itself. */
  async function chainOf(one: BackupRecord): Promise<readonly Manifest[]> {
    const manifest = await read(one)
    const found = []
    for (const id of restsOn(manifest)) {
      if (id === record?.id) continue
      const other = records.find((known) => known.id === id)
      if (other === undefined) return []
      found.push(await read(other))
    }
    return [...found.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt)), manifest]
  }

  /** A part of a manifest when it is whole, else the whole one that it is a difference to. */
  function wholeOf(manifest: Manifest, component: string, name: string): FullPart | undefined {
    const stored = storedIn(manifest, component, name)
    if (stored === undefined || stored.part.base === null) return stored && { ...stored, later: [] }
    const { base, reused } = stored.part
    const whole = manifests
      .flatMap((one) => (one.id === base ? (storedIn(one, component, name) ?? []) : []))
      .find(({ part }) => part.base === null)
    if (whole === undefined || reused === undefined) return whole && { ...whole, later: [] }
    const all = [...reused.from, manifest.id].flatMap((id) => {
      const found = manifests.find((one) => one.id === id)
      return (found && storedIn(found, component, name)) ?? []
    })
    // Numbers of streams are places among these: with one less they would be those of others.
    return { ...whole, later: all.length === reused.from.length + 1 ? all : [] }
  }
}

function storedIn(manifest: Manifest, component: string, name: string): StoredOnce | undefined {
  const found = manifest.parts.find((part) => part.component === component && part.name === name)
  return found?.packed == null ? undefined : { backup: manifest.id, part: found.packed, facts: found.facts }
}
