import { shellWord } from '../core/shell-word.ts'
import type { Manifest } from './manifest.ts'
import type { PackedPart } from './packing/packed-part.ts'

/** The lines of a shell that restore a backup without Vigie, run in the folder that holds its objects. */
export function byHandOf(
  { id, parts, entry }: Manifest,
  restoreOf: (component: string) => readonly string[],
): readonly string[] {
  const done = parts.flatMap(({ component, name, file, packed }) =>
    packed === null ? [] : [{ component, name, file, packed }],
  )
  const components = [...new Set(done.map(({ component }) => component))]
  return [
    `# Backup ${id} (${entry}), restored without Vigie. Needs: sh, sha256sum, zstd. Run it in this folder: sh restore.sh`,
    '# Files go to ./restored; set RESTORE=1 to also restore them where the comments say.',
    'set -eu',
    'sha256sum --quiet -c SHA256SUMS',
    ...components.flatMap((component) => [
      `mkdir -p ${shellWord(`restored/${component}`)}`,
      ...done
        .filter((part) => part.component === component)
        .flatMap(({ name, file, packed }) =>
          unpackLines(packed, `${component}/${name}`, `restored/${component}/${file}`),
        ),
      ...restoreOf(component).map((line) => `# ${component}: ${line}`),
    ]),
  ]
}

function unpackLines({ segments, sha256 }: PackedPart, folder: string, file: string): readonly string[] {
  const target = shellWord(file)
  return [
    `: > ${target}`,
    ...segments.map(
      ({ object }) => `zstd -q -d -c ${shellWord(`${folder}/${object?.split('/').at(-1) ?? ''}`)} >> ${target}`,
    ),
    `echo ${shellWord(`${sha256}  ${file}`)} | sha256sum --quiet -c -`,
  ]
}
