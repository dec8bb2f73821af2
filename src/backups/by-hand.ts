import { shellWord } from '../core/shell-word.ts'
import type { Manifest } from './manifest.ts'
import { partsIn, underOf } from './open-backup.ts'
import { partByHand } from './packing/part-by-hand.ts'
import { entryFolder } from './places.ts'

/**
 * The lines of a shell that restore a backup without Vigie, run in the folder that holds its objects.
 *
 * @param others those that it rests on
 */
export function byHandOf(
  manifest: Manifest,
  others: readonly Manifest[],
  restoreOf: (component: string) => readonly string[],
): readonly string[] {
  const { id, entry, system, parts } = manifest
  const done = parts.flatMap(({ component, name, file, packed }) =>
    packed === null ? [] : [{ component, name, file, packed }],
  )
  const components = [...new Set(done.map(({ component }) => component))]
  const isEncrypted = done.some(({ packed }) => packed.encryption === 'age')
  const isTogether = done.some(({ packed }) => packed.reused !== undefined)
  const entryStart = `${entryFolder(system, entry)}/`
  // Both folders lie side by side, as they do in the repository.
  const fileOf = (object: string): string => {
    const path = object.startsWith(entryStart) ? object.slice(entryStart.length) : object
    return path.startsWith(`${id}/`) ? path.slice(id.length + 1) : `../${path}`
  }
  return [
    `# Backup ${id} (${entry}), restored without Vigie: sh restore.sh, in this folder.`,
    `# Needs sh, sha256sum, cut, zstd${isTogether ? ', tail, head, wc' : ''}${isEncrypted ? ', age, and the private key in the file that AGE_IDENTITY names' : ''}.`,
    ...(others.length > 0 ? [`# It rests on ${others.map((one) => one.id).join(', ')}, beside this folder.`] : []),
    'set -eu',
    'sha256sum --quiet -c SHA256SUMS',
    ...others.map((other) => `(cd ../${other.id} && sha256sum --quiet -c SHA256SUMS)`),
    ...components.flatMap((component) => [
      `mkdir -p ${shellWord(`restored/${component}`)}`,
      ...done
        .filter((part) => part.component === component)
        .flatMap(({ name, file, packed }) => {
          const under = underOf(packed, partsIn(others, component, name))
          return partByHand({ packed, file: `restored/${component}/${file}`, fileOf, ...under })
        }),
      `# Then, in restored/${component}:`,
      ...restoreOf(component)
        .flatMap((line) => line.split('\n'))
        .map((line) => (line.startsWith('#') ? line : `#   ${line}`)),
    ]),
  ]
}
