import type { DuckDBConnection } from '@duckdb/node-api'
import { fieldOf } from '../../core/field-of.ts'
import { instant, parquetFiles, quoted } from '../../platform/duckdb.ts'
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
      const own: unknown = JSON.parse(text)
      return wanted.every(([key, value]) => fieldOf(own, key) === value)
    })
}

/** Texts are told once a series, not once a row: a column of numbers is read ten times as fast. */
async function columnsOf(db: DuckDBConnection, select: string): Promise<ReadAnswer> {
  await db.run(`create or replace temp table answer as ${select}`)
  const counted = await db.runAndReadAll('select labels, count(*)::integer from answer group by 1 order by 1')
  const [labels = [], counts = []] = counted.getColumns()
  const rows = await db.runAndReadAll('select t::double, low, high, total::double, n::double from answer')
  // Numbers by the casts of the select; to ask each again would cost more than to read it.
  const [at = [], low = [], high = [], total = [], n = []] = rows.getColumns() as number[][]
  await db.run('drop table answer')
  const series = new Int32Array(at.length)
  let done = 0
  for (const [place, count] of counts.entries()) {
    series.fill(place, done, done + Number(count))
    done += Number(count)
  }
  return {
    labels: labels.map(String),
    series,
    at: Float64Array.from(at),
    min: Float64Array.from(low),
    max: Float64Array.from(high),
    sum: Float64Array.from(total),
    count: Float64Array.from(n),
  }
}
