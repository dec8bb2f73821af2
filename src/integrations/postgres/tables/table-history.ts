import type { StepContext } from '../../../core/context.ts'
import type { JsonObject, JsonValue } from '../../../core/json.ts'
import { nameOf, type Table, wholeBytes } from './tables.ts'

/** One table at one time. */
export interface TablePoint {
  readonly at: Date
  readonly file: number
  readonly bytes: number
  readonly liveTuples: number
  readonly deadTuples: number
}

const snapshotName = 'table-sizes'

/** Of each look, the largest: one of a whole month with so many takes about 25 MB of state. */
export const keptTables = 5000

const dayMs = 86_400_000
const historyMs = 30 * dayMs
/** Looks that are read for a picture and a line: about one a day. */
const lookLimit = 31

/** Keeps what a look saw of the tables, the largest first. */
export async function keepTables(tables: readonly Table[], ctx: StepContext): Promise<void> {
  const kept = tables
    .slice(0, keptTables)
    .map((one) => [nameOf(one), [one.file, wholeBytes(one), one.liveTuples, one.deadTuples]])
  await ctx.snapshots.keep(snapshotName, { tables: Object.fromEntries(kept) })
}

/** What looks of the last 30 days saw of each table, oldest first, by its name. */
export async function tableHistory(ctx: StepContext): Promise<ReadonlyMap<string, readonly TablePoint[]>> {
  const history = new Map<string, TablePoint[]>()
  for (const at of spread(await ctx.snapshots.times(snapshotName, historyMs))) {
    for (const [name, point] of pointsOf(await ctx.snapshots.read(snapshotName, at), at)) {
      const points = history.get(name) ?? []
      points.push(point)
      history.set(name, points)
    }
  }
  return history
}

/** At most `lookLimit` of them, evenly, the newest always. */
function spread(times: readonly Date[]): readonly Date[] {
  const every = Math.max(1, Math.ceil(times.length / lookLimit))
  return times.filter((_, at) => (times.length - 1 - at) % every === 0)
}

function pointsOf(body: JsonValue | undefined, at: Date): readonly (readonly [string, TablePoint])[] {
  const tables = isObject(body) ? body['tables'] : undefined
  if (!isObject(tables)) return []
  return Object.entries(tables).flatMap(([name, value]) => {
    const [file, bytes, liveTuples, deadTuples]: readonly unknown[] = Array.isArray(value) ? value : []
    if (!isNumber(file) || !isNumber(bytes) || !isNumber(liveTuples) || !isNumber(deadTuples)) return []
    return [[name, { at, file, bytes, liveTuples, deadTuples }] as const]
  })
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}
