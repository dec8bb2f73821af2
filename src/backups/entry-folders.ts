import type { Repository } from '../core/repository.ts'
import { backupIdPattern, entryFolder } from './places.ts'

/** What lies in a repository under the id of a backup. */
export interface EntryFolder {
  readonly id: string
  /** In the repository: `shop/nightly/ID`. */
  readonly path: string
  readonly objects: readonly string[]
  readonly bytes: number
  /** When the last of it was written, by the clock of the repository. */
  readonly writtenAt: Date
  readonly hasManifest: boolean
}

/**
 * All that an entry has in its repository, by id; or what it has of one. What is not called as a backup is nobody's business
 * here.
 */
export async function entryFolders(
  repository: Repository,
  { system, entry, id: only }: { readonly system: string; readonly entry: string; readonly id?: string },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, EntryFolder>> {
  const under = `${entryFolder(system, entry)}/`
  const found = new Map<string, { objects: string[]; bytes: number; writtenMs: number }>()
  for await (const { path, bytes, modifiedAt } of repository.list(`${under}${only ?? ''}`.replace(/\/$/, ''))) {
    signal.throwIfAborted()
    // A store may list by the beginning of a path, which another entry may share.
    if (!path.startsWith(under)) continue
    const [id = '', ...rest] = path.slice(under.length).split('/')
    if (!backupIdPattern.test(id) || rest.length === 0 || (only !== undefined && id !== only)) continue
    const one = found.get(id) ?? { objects: [], bytes: 0, writtenMs: 0 }
    one.objects.push(path)
    one.bytes += bytes
    one.writtenMs = Math.max(one.writtenMs, modifiedAt.getTime())
    found.set(id, one)
  }
  return new Map(
    [...found].map(([id, { objects, bytes, writtenMs }]) => {
      const path = `${under}${id}`
      const hasManifest = objects.includes(`${path}/manifest.json`)
      return [id, { id, path, objects, bytes, writtenAt: new Date(writtenMs), hasManifest }]
    }),
  )
}
