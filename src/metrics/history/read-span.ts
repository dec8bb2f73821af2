import type { DuckDBConnection } from '@duckdb/node-api'
import { instant, parquetFiles, quoted } from './duckdb.ts'
import type { ReadAnswer, ReadRequest } from './protocol.ts'

/** The points of all series that fit, in steps when they are wanted. */
export async function readSpan(db: DuckDBConnection, request: ReadRequest): Promise<ReadAnswer> {
  const { parts, stepMs } = request
  const filled = parts.filter(({ files }) => files.length > 0)
  if (filled.length === 0) return emptyAnswer
  const wanted = await labelsThatFit(db, request)
  if (wanted !== undefined && wanted.length === 0) return emptyAnswer
  const own = wanted === undefined ? '' : ` and labels in (${wanted.map(quoted).join(', ')})`
  const rows = filled.map(({ isRolled, files, since, until }) => {
    const columns = isRolled
      ? 'min as low, max as high, sum as total, count as n'
      : 'value as low, value as high, value as total, 1 as n'
    return `select labels, epoch_ms(time) as t, ${columns} from ${parquetFiles(files)}
      where system = ${quoted(request.system)} and name = ${quoted(request.name)}
        and time >= ${instant(since)} and time < ${instant(until)}${own}`
  })
  const all = rows.join(' union all ')
  const select =
    stepMs > 0
      ? `select labels, (t // ${stepMs}) * ${stepMs} as t, min(low) as low, max(high) as high,
          sum(total) as total, sum(n) as n from (${all}) group by 1, 2 order by 1, 2`
      : `${all} order by labels, t`
  return columnsOf(db, select)
}

const emptyAnswer: ReadAnswer = {
  labels: [],
  series: new Int32Array(),
  ...{ at: new Float64Array(), min: new Float64Array(), max: new Float64Array() },
  ...{ sum: new Float64Array(), count: new Float64Array() },
}

/** Undefined when every series of the name fits. */
async function labelsThatFit(
  db: DuckDBConnection,
  { parts, system, name, labels }: ReadRequest,
): Promise<readonly string[] | undefined> {
  const wanted = Object.entries(labels)
  if (wanted.length === 0) return undefined
  const files = parts.flatMap((part) => part.files)
  const found = await db.runAndReadAll(
    `select distinct labels from ${parquetFiles(files).replace(/\)$/, ', union_by_name = true)')}
     where system = ${quoted(system)} and name = ${quoted(name)}`,
  )
  return found
    .getColumnsJS()
    .flat()
    .map(String)
    .filter((text) => {
      const own = JSON.parse(text) as Record<string, string>
      return wanted.every(([key, value]) => own[key] === value)
    })
}

async function columnsOf(db: DuckDBConnection, select: string): Promise<ReadAnswer> {
  const reader = await db.runAndReadAll(
    `select labels, t::double, low::double, high::double, total::double, n::double from (${select})`,
  )
  const [labels = [], at = [], low = [], high = [], total = [], n = []] = reader.getColumnsJS()
  const places = new Map<string, number>()
  const series = Int32Array.from(labels, (text) => {
    const key = String(text)
    const place = places.get(key) ?? places.size
    places.set(key, place)
    return place
  })
  return {
    labels: [...places.keys()],
    series,
    at: Float64Array.from(at as number[]),
    min: Float64Array.from(low as number[]),
    max: Float64Array.from(high as number[]),
    sum: Float64Array.from(total as number[]),
    count: Float64Array.from(n as number[]),
  }
}
