import { spawnSync } from 'node:child_process'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Point } from '../../src/core/series.ts'
import { createMetricsHistory } from '../../src/metrics/metrics-history.ts'
import { openSqliteStore } from '../../src/store/open-sqlite.ts'
import { median, type Row, round, type Section } from '../report.ts'
import { hostPoints } from './host-points.ts'
import type { Options } from './options.ts'
import { openWorkshop, type Workshop } from './workshop.ts'

const [hourMs, dayMs] = [3_600_000, 86_400_000]
/** Days are what a picture of two years is made of: how many points they were made of takes time to write, not to read. */
const apartMs = 6 * hourMs
const system = 'Bench'
const years = { days: 731, series: 200, name: 'http_response_seconds' }
const warmRounds = 15
const daysAtOnce = 61

/** What a stored sample takes, and how long one waits for two years of 200 series. */
export async function benchHistory({ samples }: Options): Promise<readonly Section[]> {
  return [
    { subject: 'stored samples of this host', rows: [await benchSize(samples)] },
    { subject: `${years.days} days of ${years.series} series`, rows: await benchQuery() },
  ]
}

async function benchSize(samples: number): Promise<Row> {
  await using workshop = openWorkshop()
  const points = await hostPoints(samples, Date.UTC(2026, 0, 1))
  const store = await openSqliteStore(workshop.dir)
  const history = createMetricsHistory({ series: store.series, dataDir: workshop.dir, keep: [] })
  await store.series.add(system, points)
  await history.tend(Date.UTC(2026, 0, 10))
  await history.close()
  await store.close()
  const bytes = (tier: string): number => sizeOf(join(workshop.dir, 'history', 'metrics', 'host', tier))
  const all = bytes('raw') + bytes('1m') + bytes('1h') + bytes('1d')
  return {
    samples: points.length,
    series: new Set(points.map(({ name, labels }) => name + JSON.stringify(labels))).size,
    bytesPerSample: round(bytes('raw') / points.length, 2),
    withRollUps: round(all / points.length, 2),
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
}

async function benchQuery(): Promise<readonly Row[]> {
  await using workshop = openWorkshop()
  const until = await writeYears(workshop.dir)
  const asked = { system, name: years.name, since: until - years.days * dayMs, until }
  const store = await openSqliteStore(workshop.dir)
  const history = createMetricsHistory({ series: store.series, dataDir: workshop.dir, keep: [] })
  const rows: Row[] = []
  for (const stepMs of [undefined, dayMs]) {
    const times: number[] = []
    let found = 0
    for (let round = 0; round <= warmRounds; round++) {
      const began = performance.now()
      const { series } = await history.query({ ...asked, ...(stepMs !== undefined && { stepMs }) }, until)
      times.push(performance.now() - began)
      found = series.reduce((sum, { points }) => sum + points.length, 0)
    }
    const [first = 0, ...warm] = times
    rows.push({
      query: stepMs === undefined ? 'a picture' : `steps of ${stepMs / hourMs} h`,
      points: found,
      firstMs: round(first),
      warmMedianMs: round(median(warm)),
      warmWorstMs: round(Math.max(...warm)),
    })
  }
  await history.close()
  await store.close()
  rows.push(wholeCommand(workshop))
  return rows
}

/** Writes the time through the state into the history, some days at once. Gives its end. */
async function writeYears(dir: string): Promise<number> {
  const store = await openSqliteStore(dir)
  const history = createMetricsHistory({ series: store.series, dataDir: dir, keep: [] })
  const end = Math.floor(Date.now() / dayMs) * dayMs
  for (let from = end - years.days * dayMs; from < end; from += daysAtOnce * dayMs) {
    const until = Math.min(end, from + daysAtOnce * dayMs)
    for (let day = from; day < until; day += dayMs) await store.series.add(system, pointsOfDay(day))
    // As if it were long over, so that each day is written once.
    await history.tend(until + 3 * dayMs)
  }
  await history.close()
  await store.close()
  return end
}

function pointsOfDay(day: number): readonly Point[] {
  return Array.from({ length: (years.series * dayMs) / apartMs }, (_, n) => {
    const [series, place] = [n % years.series, Math.floor(n / years.series)]
    const value = 0.05 + 0.04 * Math.sin(place + series) + 0.01 * Math.random()
    return { name: years.name, labels: { component: `api${series}` }, at: day + place * apartMs + series, value }
  })
}

/** The built program as somebody types it: its start, and that of the process that reads the history. */
function wholeCommand({ dir }: Workshop): Row {
  const config = join(dir, 'vigie.config.ts')
  writeFileSync(
    config,
    `import { defineSystem, tcp } from 'vigie'\nexport default defineSystem({ name: '${system}', components: { site: tcp({ host: '127.0.0.1', port: 1 }) } })\n`,
  )
  const program = join(import.meta.dirname, '..', '..', 'bin', 'vigie.js')
  const words = ['metrics', 'query', years.name, '--since', '104w', '--json', '--config', config, '--data', dir]
  const times: number[] = []
  let points = 0
  for (let round = 0; round < 5; round++) {
    const began = performance.now()
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
      encoding: 'utf8',
      maxBuffer: 500_000_000,
    })
    if (status !== 0) throw new Error(`${stderr}${stdout}`)
    times.push(performance.now() - began)
    const { series } = JSON.parse(stdout) as { readonly series: readonly { readonly points: readonly unknown[] }[] }
    points = series.reduce((sum, one) => sum + one.points.length, 0)
  }
  const [first = 0, ...again] = times
  return {
    query: 'vigie metrics query --since 104w --json, start included',
    points,
    firstMs: round(first),
    warmMedianMs: round(median(again)),
    warmWorstMs: round(Math.max(...again)),
  }
}
