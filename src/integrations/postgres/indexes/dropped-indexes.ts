import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import type { JsonValue } from '../../../core/json.ts'

const snapshotName = 'dropped-indexes'

/** Much longer than anybody waits to want one back; the newest snapshot is never thinned out. */
const keptMs = 3 * 366 * 86_400_000
/** The oldest go first; the audit has their statements too. */
const keptIndexes = 500

const droppedSchema = z.object({
  schema: z.string(),
  table: z.string(),
  name: z.string(),
  isUnique: z.boolean(),
  tail: z.string(),
  tablespace: z.string(),
  advice: z.string(),
  bytes: z.number(),
  /** Milliseconds since 1970. */
  droppedAt: z.number(),
  /** What sequential scans read of its table until then. */
  before: z.object({
    rows: z.number(),
    /** Whole reads of the table a day; null when it was not known. */
    wholeReadsPerDay: z.number().nullable(),
  }),
})
const listSchema = z.object({ dropped: z.array(droppedSchema) })

/** An index that was dropped through us, and all that makes it again. */
export type Dropped = z.output<typeof droppedSchema>

/** Those that were dropped, the newest last. */
export async function droppedIndexes(ctx: StepContext): Promise<readonly Dropped[]> {
  const newest = (await ctx.snapshots.times(snapshotName, keptMs)).at(-1)
  if (newest === undefined) return []
  const parsed = listSchema.safeParse(await ctx.snapshots.read(snapshotName, newest))
  if (!parsed.success) throw new Error('the list of dropped indexes is unreadable')
  return parsed.data.dropped
}

/** Keeps it before it is dropped: one that is still there does no harm in the list. */
export async function keepDropped(one: Dropped, ctx: StepContext): Promise<void> {
  const others = (await droppedIndexes(ctx)).filter(({ schema, name }) => schema !== one.schema || name !== one.name)
  const dropped = [...others, one].slice(-keptIndexes)
  const body: JsonValue = { dropped: dropped.map((each) => ({ ...each, before: { ...each.before } })) }
  await ctx.snapshots.keep(snapshotName, body)
}

/** Takes it off the list: it is there again. */
export async function forgetDropped(
  { schema, name }: Pick<Dropped, 'schema' | 'name'>,
  ctx: StepContext,
): Promise<void> {
  const dropped = (await droppedIndexes(ctx)).filter((one) => one.schema !== schema || one.name !== name)
  const body: JsonValue = { dropped: dropped.map((each) => ({ ...each, before: { ...each.before } })) }
  await ctx.snapshots.keep(snapshotName, body)
}

/** Whether a person means this one: by its name, or by its schema and name. */
export function isMeant(wanted: string, { schema, name }: { readonly schema: string; readonly name: string }): boolean {
  return wanted === name || wanted === `${schema}.${name}`
}
