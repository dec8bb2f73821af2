import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { SeriesClass } from '../../core/series.ts'
import { instant, parquetFiles, quoted } from '../../platform/duckdb.ts'
import { removeParts, replaceFile } from '../../platform/replace-file.ts'
import { fileName, nextDay, type Tier, tierFolder, tierMs, tiers } from './layout.ts'

/**
 * Version 1 of the format: doubles as they are and zstd over them take 1.8 bytes a sample of a real host's series, where
 * the byte streams of version 2 take 2.4. Time, names and labels are 0.2 of it, since files are sorted by series.
 */
const format = '(format parquet, compression zstd, compression_level 9, row_group_size 500000)'

export const tables = [
  'create temp table described (id integer primary key, class varchar, system varchar, name varchar, labels varchar)',
  'create temp table added (series integer, ms bigint, value double)',
]

/**
 * The files of one class and day with what was added: the points, and their roll-ups by minute, hour and day. The same points
 * written twice are there once; of two values for one time the new one counts. In this order, so that a roll-up is never
 * there without what it was made of.
 */
export async function writeDay(
  db: DuckDBConnection,
  root: string,
  one: SeriesClass,
  day: number,
): Promise<{ readonly bytes: number; readonly points: number }> {
  const file = (tier: Tier): string => join(tierFolder(root, one, tier), fileName(tier, day))
  const raw = file('raw')
  for (const tier of tiers) removeParts(tierFolder(root, one, tier))
  // Where the points of that day are gone by age, its roll-ups hold more than a new file of them would.
  const isWhole = existsSync(raw) || !existsSync(file('1m'))
  const bytes = await replaceFile(raw, (part) => copy(db, mergedPoints(one, day, raw), part))
  for (const tier of ['1m', '1h', '1d'] as const) {
    const fresh = rolled(parquetFiles([raw]), tierMs[tier])
    const own = file(tier)
    await replaceFile(own, (part) => copy(db, existsSync(own) ? joined(own, fresh, day, isWhole) : fresh, part))
  }
  const count = await db.runAndReadAll(`select count(*)::integer from ${parquetFiles([raw])}`)
  return { bytes, points: Number(count.value(0, 0)) }
}

async function copy(db: DuckDBConnection, select: string, file: string): Promise<void> {
  await db.run(`copy (${select} order by system, name, labels, time) to ${quoted(file)} ${format}`)
}

function mergedPoints(one: SeriesClass, day: number, raw: string): string {
  const added = `
    select system, name, labels, make_timestamp_ms(ms) as time, value
    from added join described on described.id = added.series
    where class = ${quoted(one)} and ms >= ${day} and ms < ${nextDay(day)}`
  if (!existsSync(raw)) return added
  return `
    select system, name, labels, time, value from (
      select *, 1 as rank from (${added}) union all select system, name, labels, time, value, 0 from ${parquetFiles([raw])}
    ) qualify row_number() over (partition by system, name, labels, time order by rank desc) = 1`
}

function rolled(points: string, stepMs: number): string {
  return `
    select system, name, labels, make_timestamp_ms((epoch_ms(time) // ${stepMs}) * ${stepMs}) as time,
      min(value) as min, max(value) as max, sum(value) as sum, count(*)::integer as count
    from ${points} group by all`
}

/** Of a file that holds more than the day, the other days stay. */
function joined(own: string, fresh: string, day: number, isWhole: boolean): string {
  const there = parquetFiles([own])
  if (isWhole) {
    return `select * from (
      select * from ${there} where time < ${instant(day)} or time >= ${instant(nextDay(day))} union all by name ${fresh})`
  }
  return `
    select system, name, labels, time, min(min) as min, max(max) as max, sum(sum) as sum, sum(count)::integer as count
    from (select * from ${there} union all by name ${fresh}) group by all`
}
