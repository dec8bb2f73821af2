import { sha256 } from '../core/hash.ts'
import type { Repository, Stored } from '../core/repository.ts'
import { byHandOf } from './by-hand.ts'
import type { ToCopy } from './create-backup.ts'
import type { Manifest } from './manifest.ts'
import { objectsOf } from './packing/packed-part.ts'

/**
 * Writes what makes a backup of the objects: their sums for `sha256sum -c`, how to restore by hand, and last the manifest,
 * without which nobody takes the rest for a backup.
 */
export async function finishBackup(
  manifest: Manifest,
  { toCopy, base }: { readonly toCopy: readonly ToCopy[]; readonly base: Manifest | undefined },
  repository: Repository,
  folder: string,
): Promise<Stored> {
  const abilities = new Map(toCopy.map(({ from }) => [from.name, from.ability]))
  const lines = byHandOf(manifest, base, (component) => abilities.get(component)?.byHand() ?? [])
  const body = `${JSON.stringify({ ...manifest, byHand: lines }, null, 2)}\n`
  await repository.put(`${folder}/restore.sh`, bytesOf(`${lines.join('\n')}\n`))
  const sums = manifest.parts.flatMap(({ packed }) => (packed === null ? [] : objectsOf(packed)))
  const written = [
    ...sums.map(({ path, sha256: sum }) => `${sum}  ${path.slice(folder.length + 1)}`),
    `${sha256(`${lines.join('\n')}\n`)}  restore.sh`,
    `${sha256(body)}  manifest.json`,
  ]
  await repository.put(`${folder}/SHA256SUMS`, bytesOf(`${written.join('\n')}\n`))
  return repository.put(`${folder}/manifest.json`, bytesOf(body))
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}
