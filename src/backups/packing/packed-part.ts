import * as z from 'zod'

/** A stretch of a part that is stored as one object. */
export const segmentSchema = z.strictObject({
  /** Its path in the repository; null when all of it is what `from` is. */
  object: z.string().nullable(),
  /** Unpacked, and its SHA-256. */
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  /** As it is stored. */
  storedBytes: z.number().int().nonnegative(),
  storedSha256: z.string().nullable(),
  /** The segment, by its number, of the same part in the base backup that this one is a difference to. */
  from: z.number().int().nonnegative().nullable(),
  /** Its reference is that segment and the one after it: where it begins has moved. */
  isJoined: z.literal(true).optional(),
  /** By which the segment of a later backup that begins alike is found. */
  head: z.string(),
})
export type Segment = z.output<typeof segmentSchema>

/** A part as the repository holds it: its bytes are those of the segments, one after the other. JSON. */
export const packedPartSchema = z.strictObject({
  bytes: z.number().int().nonnegative(),
  /** Of the whole, unpacked. */
  sha256: z.string(),
  encryption: z.enum(['none', 'age']),
  /** The backup that `from` of its segments speaks of; null of a full one. */
  base: z.string().nullable(),
  segments: z.array(segmentSchema),
})
export type PackedPart = z.output<typeof packedPartSchema>

export function storedBytesOf({ segments }: PackedPart): number {
  return segments.reduce((sum, { storedBytes }) => sum + storedBytes, 0)
}

/** Objects of a part itself, those of its base not among them. */
export function objectsOf({ segments }: PackedPart): readonly { readonly path: string; readonly sha256: string }[] {
  return segments.flatMap(({ object, storedSha256 }) =>
    object === null || storedSha256 === null ? [] : [{ path: object, sha256: storedSha256 }],
  )
}
