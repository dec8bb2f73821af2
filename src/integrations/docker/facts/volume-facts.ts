import * as z from 'zod'
import type { JsonObject } from '../../../core/json.ts'

const count = z.number().int().nonnegative()

const countsSchema = z.object({
  files: count,
  folders: count,
  links: count,
  hardLinks: count,
  fifos: count,
  devices: count,
  /** Of the files, holes counted. */
  bytes: count,
})
export type TreeCounts = z.output<typeof countsSchema>

/** What a volume held, to compare a restored copy with. It stands in manifests: its names do not change. */
const volumeFactsSchema = z.object({
  format: z.literal(1),
  volume: z.string(),
  /** Its archive was made by GNU tar, or by one that knows no attributes, no holes and no order (busybox). */
  tar: z.enum(['gnu', 'other']),
  counts: countsSchema,
  /** Sum modulo 2^256 of the SHA-256 of each entry; null when the archive has no order to rely on. */
  digest: z.string().nullable(),
  /** Folders with data of PostgreSQL, and its major version there; names as they can be read. */
  postgres: z.array(z.object({ folder: z.string(), version: z.string() })),
  /** What was done to those who write into it, while it was copied. */
  quiet: z.enum(['none', 'stop', 'pause', 'live']),
})
export type VolumeFacts = z.output<typeof volumeFactsSchema>

/** What can be compared. */
export const treeFactsSchema = volumeFactsSchema.pick({ counts: true, digest: true })
export type TreeFacts = z.output<typeof treeFactsSchema>

export interface Compared {
  /** `files`, `bytes`, ..., `content`. */
  readonly name: string
  readonly expected: string
  readonly actual: string
  readonly isSame: boolean
}

/** Every count side by side. A digest that is not known on either side is not compared. */
export function compareTrees(expected: TreeFacts, actual: TreeFacts): readonly Compared[] {
  const names = Object.keys(countsSchema.shape) as (keyof TreeCounts)[]
  const pairs: [string, string | number | null, string | number | null][] = names.map((name) => [
    name,
    expected.counts[name],
    actual.counts[name],
  ])
  if (expected.digest !== null && actual.digest !== null) pairs.push(['content', expected.digest, actual.digest])
  return pairs.map(([name, one, other]) => ({
    name,
    expected: String(one),
    actual: String(other),
    isSame: one === other,
  }))
}

/** Undefined when they are not of a kind that this version reads. */
export function readFacts(facts: JsonObject): VolumeFacts | undefined {
  return volumeFactsSchema.safeParse(facts).data
}
