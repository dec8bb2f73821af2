import { BackupError, type StoredComponent } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { StepContext } from '../core/context.ts'
import { sha256 } from '../core/hash.ts'
import type { Repository } from '../core/repository.ts'
import { type Manifest, manifestSchema } from './manifest.ts'
import type { EntryOptions } from './options.ts'
import { type PackedPart, wholeBytesOf } from './packing/packed-part.ts'
import { unpackPart } from './packing/unpack-part.ts'
import { backupFolder } from './places.ts'
import { manifestDiffers, noManifest, noManifestHint } from './texts.ts'

export interface OpenBackup {
  readonly manifest: Manifest
  /** Those that it rests on. */
  readonly others: readonly Manifest[]
  /** What can be restored of it. */
  components(scratch: string): readonly StoredComponent[]
}

interface Place {
  readonly system: string
  readonly entry: string
  readonly options: Pick<EntryOptions, 'encrypt'>
}

/** A manifest may say how large it is by itself; this is more than a million objects need. */
const maxManifestBytes = 256 * 1024 * 1024

/** Reads the manifests of a backup. Throws `BackupError`: `manifest-missing`, `checksum`, `unreachable`. */
export async function openBackup(
  place: Place,
  record: Pick<BackupRecord, 'id' | 'manifestSha256'>,
  repository: Repository,
  ctx: StepContext,
): Promise<OpenBackup> {
  const manifest = await readManifest(place, record, repository)
  const others: Manifest[] = []
  for (const id of restsOn(manifest)) others.push(await readManifest(place, await recordOf(id, ctx), repository))
  const { identity } = place.options.encrypt ?? {}
  const identities = identity === undefined ? [] : [await ctx.reveal(identity)]
  return { manifest, others, components: (scratch) => componentsOf(scratch) }

  function componentsOf(scratch: string): readonly StoredComponent[] {
    const names = [...new Set(manifest.parts.map(({ component }) => component))]
    return names.map((component) => ({
      backup: manifest.id,
      at: new Date(manifest.startedAt),
      component,
      parts: manifest.parts.flatMap(({ component: of, name, file, packed, facts }) => {
        if (of !== component || packed === null) return []
        const options = { ctx, repository, scratch, identities, ...underOf(packed, partsIn(others, component, name)) }
        return [{ name, file, bytes: wholeBytesOf(packed), facts, read: () => unpackPart(packed, options) }]
      }),
    }))
  }
}

/** One manifest. Throws as `openBackup`. */
export async function readManifest(...where: Parameters<typeof readWithSum>): Promise<Manifest> {
  return (await readWithSum(...where)).manifest
}

/** One manifest, and the SHA-256 of it as it lies there. Throws as `openBackup`. */
export async function readWithSum(
  { system, entry }: Pick<Place, 'system' | 'entry'>,
  { id, manifestSha256 }: Pick<BackupRecord, 'id' | 'manifestSha256'>,
  repository: Repository,
): Promise<{ readonly manifest: Manifest; readonly sha256: string }> {
  const path = `${backupFolder(system, entry, id)}/manifest.json`
  const there = await repository.look(path)
  if (there === undefined)
    throw new BackupError('manifest-missing', noManifest({ id, place: repository.place }), { hint: noManifestHint({}) })
  const damaged = (cause?: unknown): BackupError => new BackupError('checksum', manifestDiffers({ id }), { cause })
  if (there.bytes > maxManifestBytes) throw damaged()
  const pieces = []
  for await (const piece of repository.get(path)) pieces.push(piece)
  const body = Buffer.concat(pieces).toString('utf8')
  const sum = sha256(body)
  if (manifestSha256 !== undefined && sum !== manifestSha256) throw damaged()
  const parsed = manifestSchema.safeParse(jsonOf(body))
  if (!parsed.success || parsed.data.id !== id) throw damaged(parsed.error)
  return { manifest: parsed.data, sha256: sum }
}

/** The ids of the backups that one cannot be read without. */
export function restsOn({ base, parts }: Pick<Manifest, 'base' | 'parts'>): readonly string[] {
  const ids = parts.flatMap(({ packed }) => [packed?.base ?? null, ...(packed?.reused?.from ?? [])])
  return [...new Set([base, ...ids].filter((id) => id !== null))]
}

/** What a part is put together from, out of the same part as others hold it. */
export function underOf(
  { base }: PackedPart,
  others: ReadonlyMap<string, PackedPart>,
): { readonly later: ReadonlyMap<string, PackedPart>; readonly base?: PackedPart } {
  const under = base === null ? undefined : others.get(base)
  return { later: others, ...(under !== undefined && { base: under }) }
}

/** A part as some backups hold it, by their ids. */
export function partsIn(
  manifests: readonly Manifest[],
  component: string,
  name: string,
): ReadonlyMap<string, PackedPart> {
  const parts = new Map<string, PackedPart>()
  for (const manifest of manifests) {
    const packed = packedIn(manifest, component, name)
    if (packed !== undefined) parts.set(manifest.id, packed)
  }
  return parts
}

export function packedIn(manifest: Manifest | undefined, component: string, name: string): PackedPart | undefined {
  return manifest?.parts.find((part) => part.component === component && part.name === name)?.packed ?? undefined
}

async function recordOf(id: string, ctx: StepContext): Promise<Pick<BackupRecord, 'id' | 'manifestSha256'>> {
  return (await ctx.backups.list()).find((one) => one.id === id) ?? { id, manifestSha256: undefined }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
