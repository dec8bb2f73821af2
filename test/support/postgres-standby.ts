import { execFile, spawn } from 'node:child_process'
import { appendFile, chown, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { freePort } from '../../src/platform/free-port.ts'
import { connect, until } from './postgres-checks.ts'

const startLimitMs = 30_000

/**
 * A streaming hot standby of a server that `startPostgres` gave: the packages have no pg_basebackup, so its files are
 * copied between the start and the end of a backup. Stop it before the primary.
 */
export async function startStandby(
  primary: PostgresServer,
  name = 'replica',
  settings: Readonly<Record<string, string>> = {},
): Promise<PostgresServer> {
  const admin = await connect(primary.url())
  const dir = await mkdtemp(join(tmpdir(), 'vigie-standby-'))
  const data = join(dir, 'data')
  const origin = await originOf(admin)
  const owner = await stat(origin.data)
  await chown(dir, owner.uid, owner.gid)
  await backup(admin, origin, data)
  const { username, password } = new URL(primary.url())
  const source = `host=127.0.0.1 port=${primary.port} user=${username} password=${password} application_name=${name}`
  await appendFile(join(data, 'postgresql.auto.conf'), `primary_conninfo = '${source}'\n`)
  const port = await freePort()
  const all = { ...origin.settings, unix_socket_directories: dir, port: String(port), ...settings }
  const flags = Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])
  // The shell reads a pipe that only we hold open: the server and its files go when this process ends in whatever way.
  const script = 'dir="$1"; shift; "$@" & pid=$!; cat > /dev/null; kill -INT "$pid"; wait "$pid"; rm -rf "$dir"'
  const shell = spawn('/bin/sh', ['-c', script, 'standby', dir, join(origin.bin, 'postgres'), '-D', data, ...flags], {
    ...(process.getuid?.() === 0 && { uid: owner.uid, gid: owner.gid }),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: dir, TZ: 'UTC' },
    cwd: '/',
  })
  const ended = new Promise<void>((resolve) => shell.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    shell.stdin.end()
    await ended
    await rm(dir, { recursive: true, force: true })
  }
  const url: PostgresServer['url'] = (...where) => {
    const there = new URL(primary.url(...where))
    there.port = String(port)
    return there.href
  }
  try {
    await until(
      admin,
      `select 1 from pg_stat_replication where application_name = '${name}' and state = 'streaming'`,
      startLimitMs,
    )
    await letsIn(url())
  } catch (error) {
    await stop()
    throw error
  } finally {
    await admin.end()
  }
  return { port, url, stop }
}

/** Waits until all that the primary has written so far can be read on the standby. */
export async function caughtUp(primary: PostgresServer, standby: PostgresServer): Promise<void> {
  const [from, to] = [await connect(primary.url()), await connect(standby.url())]
  // A commit that has something to tell brings to disk what was written before it: only that is sent.
  await from.query("select pg_logical_emit_message(true, 'vigie', 'caught up?')")
  const { rows } = await from.query<{ lsn: string }>('select pg_current_wal_flush_lsn()::text as lsn')
  await until(to, `select 1 where pg_last_wal_replay_lsn() >= '${rows[0]?.lsn}'`).finally(() =>
    Promise.all([from.end(), to.end()]),
  )
}

/** It streams before it has all that it needs to be read. */
async function letsIn(url: string): Promise<void> {
  const deadline = performance.now() + startLimitMs
  for (;;) {
    const refusal = await connect(url).then(
      (client) => client.end(),
      (error: unknown) => error,
    )
    if (refusal === undefined) return
    if (performance.now() > deadline) throw refusal
    await wait(20)
  }
}

interface Origin {
  readonly data: string
  readonly bin: string
  readonly version: number
  readonly settings: Readonly<Record<string, string>>
}

async function originOf(admin: Client): Promise<Origin> {
  const { rows } = await admin.query<Omit<Origin, 'settings'>>(
    `select current_setting('data_directory') as data, current_setting('server_version_num')::int as version,
            (select setting from pg_config where name = 'BINDIR') as bin`,
  )
  const [origin] = rows
  if (origin === undefined) throw new Error('the server does not say where its files are')
  const given = await admin.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where source = 'command line' and context <> 'internal' and name not in ('config_file', 'data_directory')",
  )
  return { ...origin, settings: Object.fromEntries(given.rows.map(({ name, setting }) => [name, setting])) }
}

async function backup(admin: Client, { data: from, version }: Origin, to: string): Promise<void> {
  const [begin, end] =
    version >= 150_000
      ? ["pg_backup_start('standby', true)", 'pg_backup_stop(false)']
      : ["pg_start_backup('standby', true, false)", 'pg_stop_backup(false, false)']
  await admin.query(`select ${begin}`)
  await promisify(execFile)('cp', ['-a', from, to])
  const { rows } = await admin.query<{ labelfile: string }>(`select labelfile from ${end}`)
  const { uid, gid } = await stat(from)
  for (const name of await readdir(join(to, 'pg_wal'))) await rm(join(to, 'pg_wal', name), { recursive: true })
  await rm(join(to, 'postmaster.pid'))
  for (const [name, text] of [
    ['backup_label', rows[0]?.labelfile ?? ''],
    ['standby.signal', ''],
  ] as const) {
    await writeFile(join(to, name), text)
    await chown(join(to, name), uid, gid)
  }
}
