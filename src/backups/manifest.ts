import * as z from 'zod'
import type { JsonObject } from '../core/json.ts'
import type { Text } from '../core/message.ts'
import { packedPartSchema } from './packing/packed-part.ts'

/** Of the shape below; a later one that older programs cannot read gets another. */
export const manifestFormat = 'vigie-backup/1'

const factsSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
)
const textSchema = z.custom<Text>(
  (value) => typeof value === 'object' && value !== null && 'code' in value && 'params' in value,
)
const failedSchema = z.strictObject({ code: z.string(), text: textSchema })

const partSchema = z.strictObject({
  component: z.string(),
  name: z.string(),
  /** What standard tools call it: `database.dump`. */
  file: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  /** Null of a part that failed. */
  packed: packedPartSchema.nullable(),
  /** As the component knows its own content: see its docs. */
  facts: factsSchema,
  failure: failedSchema.nullable(),
  /** What a reader of it must know: what was left out, why it is stored whole. */
  notes: z.array(textSchema).optional(),
})
export type ManifestPart = z.output<typeof partSchema>

/** What stands in a backup's `manifest.json`, which is written last: without it there is no backup. */
export const manifestSchema = z.strictObject({
  format: z.literal(manifestFormat),
  id: z.string(),
  system: z.string(),
  entry: z.string(),
  run: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  status: z.enum(['succeeded', 'partial']),
  madeBy: z.string(),
  /** The full backup that its parts are differences to. */
  base: z.string().nullable(),
  parts: z.array(partSchema),
  /** How to restore it without Vigie: lines of a shell, in the folder that holds its objects. */
  byHand: z.array(z.string()),
})
export type Manifest = z.output<typeof manifestSchema>
