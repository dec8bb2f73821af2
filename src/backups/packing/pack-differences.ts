import { rm } from 'node:fs/promises'
import { availableParallelism, freemem } from 'node:os'
import { join } from 'node:path'
import type { Segment } from './packed-part.ts'
import { ReferenceFinder } from './reference-finder.ts'
import { writeScratch } from './scratch-file.ts'
import { type DifferenceOptions, storeDifference } from './store-difference.ts'
import { Tally } from './tally.ts'

/** Two programs with the longest references take 400 MB. */
const roomForTwo = 2 ** 30
const digits = 6

export interface DifferencesOptions extends DifferenceOptions {
  /** Where in the repository its objects go. */
  readonly folder: string
}

/** Where the object of a segment goes, less its ending. */
export function objectPath({ folder }: Pick<DifferencesOptions, 'folder'>, index: number): string {
  return `${folder}/${String(index + 1).padStart(digits, '0')}`
}

/** Stores each stretch as what differs from a full backup, while the next one is read. */
export async function packDifferences(
  stretches: AsyncIterable<AsyncIterable<Uint8Array>>,
  options: DifferencesOptions,
): Promise<{ readonly segments: Segment[]; readonly aloneBytes: number }> {
  const { scratch, base } = options
  const finder = new ReferenceFinder(base.part.segments)
  const atOnce = availableParallelism() > 1 && freemem() > roomForTwo ? 2 : 1
  const working = new Set<Promise<void>>()
  const segments: Segment[] = []
  let aloneBytes = 0
  let failure: { readonly error: unknown } | undefined
  let start = 0
  let count = 0
  try {
    for await (const stretch of stretches) {
      const index = count++
      const file = join(scratch, `segment-${index}`)
      const tally = new Tally()
      await writeScratch(file, tally.of(stretch))
      const raw = { file, bytes: tally.bytes, sha256: tally.sha256(), head: tally.head() }
      const found = finder.find({ ...raw, start })
      start += raw.bytes
      while (working.size >= atOnce) await Promise.race(working)
      if (failure !== undefined) break
      const work = storeDifference(raw, objectPath(options, index), found, options)
        .then(({ segment, alone }) => {
          segments[index] = segment
          aloneBytes += alone
        })
        .catch((error: unknown) => {
          failure ??= { error }
        })
        .finally(() => rm(file, { force: true }))
        .finally(() => working.delete(work))
      working.add(work)
    }
  } finally {
    // Nothing is still written when this is over.
    await Promise.all(working)
  }
  if (failure !== undefined) throw failure.error
  return { segments, aloneBytes }
}
