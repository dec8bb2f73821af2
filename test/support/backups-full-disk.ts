import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  globSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { BackupError } from '../../src/core/backup.ts'
import { backupRoom } from './backup-room.ts'
import { boxSystem } from './box-system.ts'
import { type CliResult, vigie } from './cli.ts'
import { rowsOf } from './packing.ts'
import { postgresPrograms, startPostgres } from './postgres.ts'
import { connect, until } from './postgres-checks.ts'
import { randomFrom } from './random-from.ts'

/**
 * Run in a mount name space of its own (test/support/mounted.ts): makes small disks, fills them up, and prints as JSON what
 * became of backups there. Its arguments: which disk is full, and a folder of its own.
 */
const [which = '', dir = ''] = process.argv.slice(2)
const works = { repository: repositoryFull, state: stateFull, source: sourceFull }
console.log(JSON.stringify(await works[which as keyof typeof works]()))

/** A repository with ever more room for the next backup, from none to enough. */
async function repositoryFull(): Promise<unknown> {
  const room = await backupRoom({ options: { keep: '30d' } })
  try {
    mount(room.folder, '2m')
    const random = randomFrom(3)
    room.content.set('docs/tree', Buffer.from(rowsOf(random, 200).join('')))
    const next = (): void => void room.content.set('db/database', Buffer.from(rowsOf(random, 4000).join('')))
    next()
    const first = await room.create()
    const needed = 2 * 1024 ** 2 - freeOf(room.folder)
    const failures = new Set<string>()
    let made = 0
    for (let left = 0; left <= needed + 16_384 && made === 0; left += 4096) {
      next()
      room.clock.advance(60_000)
      const filler = fill(room.folder, left)
      await room.create().then(
        () => made++,
        (error: unknown) => failures.add(error instanceof BackupError ? error.failure : String(error)),
      )
      rmSync(filler)
    }
    const found = Object.values(await room.verify())
    const records = await room.ctx.backups.list()
    const back = await room.read(first.id)
    return {
      ...{ failures: [...failures], made, found, isBack: 'parts' in back },
      tried: records.length,
      statuses: [...new Set(records.map(({ status }) => status))].toSorted(),
      leftovers: globSync('**/.unfinished-*', { cwd: room.folder }).length,
      manifests: globSync('**/manifest.json', { cwd: room.folder }).length,
    }
  } finally {
    execFileSync('umount', [room.folder])
    await room.close()
  }
}

/** Vigie's own disk is full before a backup, and becomes full in the middle of one. */
async function stateFull(): Promise<unknown> {
  const system = boxSystem(rowsOf(randomFrom(4), 3000), 'full: 0')
  const own = join(system.dir, '.vigie')
  const run = (...words: readonly string[]): Promise<CliResult> => vigie([...words, '--json', ...system.config])
  mkdirSync(own)
  mount(own, '16m')
  try {
    const first = await run('backups', 'create')
    const filler = fill(own, 0)
    const full = await run('backups', 'create')
    rmSync(filler)
    const sound = await run('backups', 'verify', '--all')

    const hold = system.write('hold', '')
    const making = run('backups', 'create')
    await untilTrue(() => globSync('is-held', { cwd: system.dir }).length > 0)
    const more = fill(own, 0)
    rmSync(hold)
    const filled = await making
    rmSync(more)
    const after = await run('backups', 'create')
    const verified = await run('backups', 'verify', '--all')
    const listed = (await run('backups', 'list')).json().backups
    return {
      codes: [first, full, sound, filled, after, verified].map(({ code }) => code),
      said: [full, filled].map(({ stdout, stderr }) => stdout + stderr),
      statuses: listed.map(({ status }: { status: string }) => status),
      why: verified.stdout,
    }
  } finally {
    execFileSync('umount', ['--lazy', own])
    system.remove()
  }
}

/** The disk of a PostgreSQL is full while it is copied. */
async function sourceFull(): Promise<unknown> {
  const disk = join(dir, 'disk')
  const elsewhere = join(dir, 'elsewhere')
  mkdirSync(disk)
  mkdirSync(join(elsewhere, 'repository'), { recursive: true })
  // The server is another user.
  for (const path of [dir, disk]) chmodSync(path, 0o755)
  mount(disk, '200m')
  const { TMPDIR } = process.env
  process.env['TMPDIR'] = disk
  const server = await startPostgres({ major: 18, settings: { max_wal_size: '32MB' } })
  if (TMPDIR === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = TMPDIR
  try {
    const admin = await connect(server.url())
    await admin.query('create table orders (id int primary key, note text)')
    await admin.query('insert into orders select n, md5(n::text) from generate_series(1, 20000) n')
    await admin.query('checkpoint')
    const { rows } = await admin.query(`select current_setting('data_directory') as at`)
    const system = {
      name: 'Shop',
      components: { db: { kind: 'postgres', url: server.url(), backup: { bin: await postgresPrograms(18) } } },
      backups: { nightly: { what: ['db'], to: { kind: 'folder', path: join(elsewhere, 'repository') } } },
    }
    const file = join(elsewhere, 'vigie.config.json')
    writeFileSync(file, JSON.stringify(system))
    const run = (...words: readonly string[]): Promise<CliResult> => vigie([...words, '--json', '--config', file])
    const first = await run('backups', 'create')
    const filler = fill(disk, 0)
    const full = await run('backups', 'create')
    const sound = await run('backups', 'verify', '--all')
    rmSync(filler)
    await until(admin, 'select 1', 30_000)
    const after = await run('backups', 'create')
    const verified = await run('backups', 'verify', '--all')
    const [{ note }] = (await admin.query('select note from orders where id = 4711')).rows
    await admin.end()
    return {
      isThere: String(rows[0].at).startsWith(disk),
      codes: [first, full, sound, after, verified].map(({ code }) => code),
      said: full.stdout + full.stderr,
      notes: notesOf(join(elsewhere, 'repository')),
      listed: (await run('backups', 'list')).json().backups,
      note,
    }
  } finally {
    await server.stop()
    execFileSync('umount', ['--lazy', disk])
  }
}

/** Of the backups, the newest first. */
function notesOf(repository: string): string[] {
  const found = globSync('**/manifest.json', { cwd: repository }).toSorted().toReversed()
  return found.map((path) => {
    const { parts } = JSON.parse(readFileSync(join(repository, path), 'utf8'))
    const notes = parts.flatMap(({ notes = [] }: { notes?: { code: string }[] }) => notes)
    return notes.map(({ code }: { code: string }) => code).join(' ')
  })
}

function mount(path: string, size: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path])
}

function freeOf(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

/** Somebody else's file, which leaves this much room. */
function fill(folder: string, left: number): string {
  const path = join(folder, 'somebody-else')
  const file = openSync(path, 'w')
  try {
    for (;;) {
      const bytes = Math.min(65_536, freeOf(folder) - left)
      if (bytes <= 0) return path
      writeSync(file, Buffer.alloc(bytes))
    }
  } finally {
    closeSync(file)
  }
}

async function untilTrue(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error('it never came so far')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
