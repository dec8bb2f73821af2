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
  /** Of its segments put together, unpacked. */
  bytes: z.number().int().nonnegative(),
  /** Of the same. */
  sha256: z.string(),
  encryption: z.enum(['none', 'age']),
  /** The backup that `from` of its segments speaks of; null of a full one. */
  base: z.string().nullable(),
  segments: z.array(segmentSchema),
  /** Of a difference: about what its segments would take by themselves. */
  aloneBytes: z.number().int().nonnegative().optional(),
  /** Its segments are only what is new: the whole is put together from them and the same part of others. */
  reused: z
    .strictObject({
      /** Of the whole. */
      bytes: z.number().int().nonnegative(),
      /** Says how: lines of `base AT BYTES`, `new AT BYTES` and `N AT BYTES`, in the order of the whole, each from the start of its stream. */
      ranges: segmentSchema,
      /** The differences whose new bytes it uses, by their ids: `1` of a range is the first of them. */
      from: z.array(z.string()),
    })
    .optional(),
})
export type PackedPart = z.output<typeof packedPartSchema>

/** Past it, as much is stored in some days as by one whole copy and small differences to that. */
const mostOfAlone = 0.6

/** A difference grows from day to day: when it has come to take that much, the next one is stored whole. */
export function isOutgrown(part: PackedPart): boolean {
  return part.aloneBytes !== undefined && storedBytesOf(part) > mostOfAlone * part.aloneBytes
}

/** Of the part as it was dumped. */
export function wholeBytesOf({ bytes, reused }: PackedPart): number {
  return reused?.bytes ?? bytes
}

/** All that is stored of a part itself; what it has of its base is not among it. */
export function ownSegments({ segments, reused }: PackedPart): readonly Segment[] {
  return reused === undefined ? segments : [...segments, reused.ranges]
}

export function storedBytesOf(part: PackedPart): number {
  return ownSegments(part).reduce((sum, { storedBytes }) => sum + storedBytes, 0)
}

/** Objects of a part itself, those of its base not among them. */
export function objectsOf(part: PackedPart): readonly { readonly path: string; readonly sha256: string }[] {
  return ownSegments(part).flatMap(({ object, storedSha256 }) =>
    object === null || storedSha256 === null ? [] : [{ path: object, sha256: storedSha256 }],
  )
}
