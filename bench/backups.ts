import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { postgresPrograms, startPostgres } from '../test/support/postgres.ts'
import { connect } from '../test/support/postgres-checks.ts'
import { floorOf } from './backups/floor.ts'
import { type Measured, measured } from './backups/measured.ts'
import { bundledProgram } from './backups/program.ts'
import { allWays, type Way } from './backups/ways.ts'
import { fillDatabase, fillTree, oneDay } from './backups/week.ts'
import { type Row, round } from './report.ts'

/**
 * A week of backups of a database and a tree of which a twentieth changes each day, beside the guides' own scripts, restic and pgBackRest:
 * what each takes, what it stores, and what a restore of the last day takes.
 */
const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    files: { type: 'string', default: '20000' },
    days: { type: 'string', default: '7' },
    major: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
  },
})
const [megabytes, files, days] = [Number(values.megabytes), Number(values.files), Number(values.days)]
const major = values.major === '18' ? 18 : 15
const settledMs = 70_000
/** Kilobytes of the process alone, where GNU time knows the largest of it and all that it started. */
const tellsPeak = `import { appendFileSync } from 'node:fs'
process.on('exit', () => appendFileSync(process.env.VIGIE_BENCH_PEAKS, process.resourceUsage().maxRSS + '\\n'))`
const vigie = await bundledProgram()
const server = await startPostgres({ major, settings: { shared_buffers: '256MB', max_wal_size: '4GB' } })
const dir = mkdtempSync(join(tmpdir(), 'vigie-bench-backups-'))
const admin = await connect(server.url())
try {
  const bin = await postgresPrograms(major)
  mkdirSync(join(dir, 'documents'))
  fillTree(join(dir, 'documents'), files)
  let changedAt = Date.now()
  await fillDatabase(join(bin, 'pgbench'), server.url(), megabytes)
  const { data, socket } = (
    await admin.query<{ data: string; socket: string }>(
      `select current_setting('data_directory') as data, current_setting('unix_socket_directories') as socket`,
    )
  ).rows[0] ?? { data: '', socket: '' }
  const place = { dir, bin, url: server.url(), database: `PostgreSQL ${major}`, data, socket, days }
  const ways = await allWays(place, vigie.argv)
  const spent = new Map<Way, Measured[]>(ways.map((way) => [way, []]))
  const peaks = join(dir, 'own-peaks')
  writeFileSync(peaks, '')
  const env = {
    ...{ ...process.env, LANG: 'C.UTF-8', VIGIE_BENCH_PEAKS: peaks },
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tellsPeak)}`,
  }
  for (let day = 1; day <= days; day++) {
    console.error(`day ${day} …`)
    if (day > 1) {
      await oneDay(admin, join(dir, 'documents'), files)
      changedAt = Date.now()
    }
    for (const way of ways) {
      // No team's documents are all as young as these days are short: what was written just before is read again the next day.
      if (way.isOfAge === true) await wait(Math.max(0, changedAt + settledMs - Date.now()))
      for (const argv of way.backUp(day)) spent.get(way)?.push(await measured(argv, { cwd: dir, env }))
    }
  }
  const rows: Row[] = []
  /** Each restore begins with nothing left to write of the one before it, and, where we may, with nothing read before. */
  const settled = async (): Promise<void> => {
    await admin.query('checkpoint')
    execFileSync('sync')
    if (process.platform === 'linux' && process.getuid?.() === 0) writeFileSync('/proc/sys/vm/drop_caches', '1')
  }
  const databases = ['restored_guides', 'restored_restic', 'restored_floor']
  for (const name of databases) await admin.query(`create database ${name}`)
  for (const way of ways) {
    const week = total(spent.get(way) ?? [])
    await settled()
    const back: Measured[] = []
    for (const argv of way.restore()) back.push(await measured(argv, { cwd: dir, env }))
    const storedMb = Number(execFileSync('du', ['-sb', way.store], { encoding: 'utf8' }).split('\t')[0]) / 1e6
    rows.push({
      way: way.name,
      wallS: round(week.wallS),
      cpuS: round(week.cpuS),
      peakMb: round(week.peakMb, 0),
      storedMb: round(storedMb),
      restoreS: round(total(back).wallS),
      ofDatabaseS: round(back[0]?.wallS ?? 0),
      restoreCpuS: round(total(back).cpuS),
    })
  }
  await settled()
  const floorS = await floorOf(place)
  const [guides] = rows
  const told = rows.map((row) => ({
    ...row,
    timesWall: ratio(row, guides, 'wallS'),
    timesStored: ratio(row, guides, 'storedMb'),
    timesRestore: ratio(row, guides, 'restoreS'),
  }))
  const subject = `${days} days of ${megabytes} MB of database and ${files} files`
  const ownPeakMb = round(Math.max(...readFileSync(peaks, 'utf8').trim().split('\n').map(Number)) / 1000, 0)
  const floor = { restoreS: round(floorS), timesRestore: ratio({ restoreS: floorS }, guides, 'restoreS') }
  if (values.json) console.log(JSON.stringify({ subject, rows: told, ownPeakMb, floor }, null, 2))
  else {
    console.log(subject)
    console.table(told)
    console.log(`vigie's own process, in backups and restores: ${ownPeakMb} MB at the most`)
    console.log(
      `the server's own COPY and keys, and tar, from plain files: ${floor.restoreS} s, ${floor.timesRestore} times`,
    )
  }
} finally {
  await admin.end()
  await server.stop()
  await vigie.end()
  rmSync(dir, { recursive: true, force: true })
}

function total(all: readonly Measured[]): Measured {
  return {
    wallS: all.reduce((sum, { wallS }) => sum + wallS, 0),
    cpuS: all.reduce((sum, { cpuS }) => sum + cpuS, 0),
    peakMb: Math.max(...all.map(({ peakMb }) => peakMb)),
  }
}

function ratio(row: Row, guides: Row | undefined, what: string): number {
  return round(Number(row[what]) / Number(guides?.[what]), 2)
}
