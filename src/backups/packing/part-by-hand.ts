import { shellWord } from '../../core/shell-word.ts'
import { differenceFlags, referenceSegments } from './difference.ts'
import type { PackedPart, Segment } from './packed-part.ts'

/** Names on one line: a shell takes 128 kB of them, people less. */
const maxNames = 20

export interface ByHand {
  readonly packed: PackedPart
  /** The same part of the backup that it is a difference to. */
  readonly base?: PackedPart
  /** And of the differences whose new bytes it uses, by their ids. */
  readonly later?: ReadonlyMap<string, PackedPart>
  /** Where its file shall be. */
  readonly file: string
  /** The file that an object is, for who runs the lines. */
  fileOf(object: string): string
}

/**
 * The lines of a shell by which standard tools (zstd, sha256sum, cut, tail, head, wc; age for what is encrypted) make the file of a part from
 * its objects. They want `set -eu`; the last one fails when the file is not what was dumped. The private key is in the file
 * `$AGE_IDENTITY`.
 */
export function partByHand(part: ByHand): readonly string[] {
  const { reused } = part.packed
  return reused === undefined ? segmentsByHand(part) : togetherByHand(part, reused)
}

/** The whole from what is new and from what was stored before, range by range. */
function togetherByHand(
  { packed, base, later, file, fileOf }: ByHand,
  { bytes, ranges, from }: NonNullable<PackedPart['reused']>,
): readonly string[] {
  const target = word(file)
  const streams: readonly (readonly [string, PackedPart | undefined])[] = [
    ['base', base],
    ...from.map((id, index) => [String(index + 1), later?.get(id)] as const),
    ['new', packed],
  ]
  const list = `${file}.ranges`
  return [
    ...streams.flatMap(([name, one]) =>
      one === undefined ? [] : segmentsByHand({ packed: { ...one, base: null }, file: `${file}.${name}`, fileOf }),
    ),
    `zstd -q -d -c -- ${word(fileOf(ranges.object ?? ''))} > ${word(list)}`,
    'while read -r from at bytes; do',
    `  tail -c "+$((at + 1))" -- ${word(file)}."$from" | head -c "$bytes"`,
    `done < ${word(list)} > ${target}`,
    `[ "$(wc -c < ${target})" -eq ${bytes} ] || { ${complaint(file)}; exit 1; }`,
    `rm -f -- ${[...streams.map(([name]) => `${file}.${name}`), list].map(word).join(' ')}`,
  ]
}

function segmentsByHand({ packed, base, file, fileOf }: ByHand): readonly string[] {
  const target = word(file)
  const reference = word(`${file}.reference`)
  const lines = [`: > ${target}`]
  let alone: string[] = []
  const unpackAlone = (): void => {
    if (alone.length > 0) lines.push(`zstd -q -d -c -- ${alone.join(' ')} >> ${target}`)
    alone = []
  }
  for (const segment of packed.segments) {
    const { object } = segment
    if (packed.encryption === 'age') {
      lines.push(`age --decrypt --identity "$AGE_IDENTITY" ${word(fileOf(object ?? ''))} | zstd -q -d -c >> ${target}`)
      continue
    }
    const references = referencesOf(segment, base).map((one) => word(fileOf(one)))
    if (object === null || segment.from === null) {
      alone.push(...(object === null ? references : [word(fileOf(object))]))
      if (alone.length >= maxNames) unpackAlone()
      continue
    }
    unpackAlone()
    lines.push(
      `zstd -q -d -c -- ${references.join(' ')} > ${reference}`,
      `zstd -q -d -c ${differenceFlags(`${file}.reference`).map(shellWord).join(' ')} -- ${word(fileOf(object))} >> ${target}`,
      `rm -f -- ${reference}`,
    )
  }
  unpackAlone()
  lines.push(`[ "$(sha256sum < ${target} | cut -d ' ' -f 1)" = ${packed.sha256} ] || { ${complaint(file)}; exit 1; }`)
  return lines
}

function complaint(file: string): string {
  return `printf '%s\\n' ${shellWord(`${file} is not what was backed up`)} >&2`
}

function referencesOf(segment: Segment, base: PackedPart | undefined): readonly string[] {
  return base === undefined ? [] : referenceSegments(segment, base).map(({ object }) => object)
}

/** A file for any program, whatever its name begins with. */
function word(file: string): string {
  return shellWord(file.startsWith('-') ? `./${file}` : file)
}
