import { sha256 } from '../core/hash.ts'
import type { Repository, Stored } from '../core/repository.ts'
import { byHandOf } from './by-hand.ts'
import { guidesOf } from './guides.ts'
import type { Manifest } from './manifest.ts'
import type { ToCopy } from './parts-to-copy.ts'

/**
 * Writes what makes a backup of the objects: their sums for `sha256sum -c`, how to restore by hand, and last the manifest,
 * without which nobody takes the rest for a backup.
 */
export async function finishBackup(
  manifest: Manifest,
  { toCopy, others }: { readonly toCopy: readonly ToCopy[]; readonly others: readonly Manifest[] },
  repository: Repository,
  folder: string,
): Promise<Stored> {
  const abilities = new Map(toCopy.map(({ from }) => [from.name, from.ability]))
  const lines = byHandOf(manifest, others, (component) => abilities.get(component)?.byHand() ?? [])
  const whole = { ...manifest, byHand: [...lines] }
  const body = `${JSON.stringify(whole, null, 2)}\n`
  for (const { object, text } of guidesOf(whole, sha256(body))) await repository.put(object, bytesOf(text))
  return repository.put(`${folder}/manifest.json`, bytesOf(body))
}

async function* bytesOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text)
}
