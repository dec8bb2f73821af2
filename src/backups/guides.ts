import { sha256 } from '../core/hash.ts'
import type { Manifest } from './manifest.ts'
import { objectsOf } from './packing/packed-part.ts'
import { backupFolder } from './places.ts'

/** A text beside the manifest that people and standard tools read. */
export interface Guide {
  /** Its path in the repository. */
  readonly object: string
  readonly text: string
}

/** How to restore by hand, and the sums of all for `sha256sum -c`, as they follow from a manifest of that sum. */
export function guidesOf(manifest: Manifest, manifestSha256: string): readonly Guide[] {
  const folder = backupFolder(manifest.system, manifest.entry, manifest.id)
  const lines = `${manifest.byHand.join('\n')}\n`
  const objects = manifest.parts.flatMap(({ packed }) => (packed === null ? [] : objectsOf(packed)))
  const sums = [
    ...objects.map(({ path, sha256: sum }) => `${sum}  ${path.slice(folder.length + 1)}`),
    `${sha256(lines)}  restore.sh`,
    `${manifestSha256}  manifest.json`,
  ]
  return [
    { object: `${folder}/restore.sh`, text: lines },
    { object: `${folder}/SHA256SUMS`, text: `${sums.join('\n')}\n` },
  ]
}
