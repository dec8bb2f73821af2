import { spawn } from 'node:child_process'
import { chmod, chown, copyFile, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { connect as open } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { debianTool, provisionDebian } from '../../scripts/provision/debian-tool.ts'
import type { PostgresServer } from '../../src/platform/embedded-postgres.ts'
import { freePort } from '../../src/platform/free-port.ts'
import { connect } from './postgres-checks.ts'

const startLimitMs = 30_000

export interface PgBouncer {
  /** Of a database through it, or of its console (`pgbouncer`). */
  url(database?: string, user?: string): string
  stop(): Promise<void>
}

/**
 * A real PgBouncer of Debian before a server that `startPostgres` gave, with the users and passwords given; `postgres` is
 * in stats_users. It refuses to run as root, and so gets the user that the server has. Stop it before the server.
 */
export async function startPgBouncer(
  server: PostgresServer,
  users: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
): Promise<PgBouncer> {
  const program = await debianTool('pgbouncer', 'usr/sbin/pgbouncer')
  const dir = await mkdtemp(join(tmpdir(), 'vigie-pgbouncer-'))
  const owner = await ownerOf(server)
  const port = await freePort()
  const own = join(dir, 'pgbouncer')
  await copyFile(program, own)
  await chmod(own, 0o755)
  for (const name of ['libevent-2.1-7', 'libc-ares2'] as const) await copyLibraries(name, dir)
  const { password } = new URL(server.url())
  const known = { postgres: password, ...users }
  await writeFile(
    join(dir, 'users'),
    Object.entries(known)
      .map(([user, word]) => `"${user}" "${word}"\n`)
      .join(''),
  )
  const all = {
    listen_addr: '127.0.0.1',
    listen_port: String(port),
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: join(dir, 'users'),
    stats_users: 'postgres',
    pool_mode: 'transaction',
    ignore_startup_parameters: 'extra_float_digits',
    ...settings,
  }
  const lines = Object.entries(all).map(([key, value]) => `${key} = ${value}`)
  const databases = `* = host=127.0.0.1 port=${server.port}`
  await writeFile(join(dir, 'pgbouncer.ini'), `[databases]\n${databases}\n[pgbouncer]\n${lines.join('\n')}\n`)
  for (const name of ['', ...(await readdir(dir))]) await chown(join(dir, name), owner.uid, owner.gid)
  // The shell reads a pipe that only we hold open: it ends, and its files go, when this process ends in whatever way.
  const script = 'dir="$1"; shift; "$@" & pid=$!; cat > /dev/null; kill -INT "$pid"; wait "$pid"; rm -rf "$dir"'
  const shell = spawn('/bin/sh', ['-c', script, 'pgbouncer', dir, own, '-q', join(dir, 'pgbouncer.ini')], {
    ...(process.getuid?.() === 0 && { uid: owner.uid, gid: owner.gid }),
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: dir, LD_LIBRARY_PATH: dir },
    cwd: '/',
  })
  const ended = new Promise<void>((resolve) => shell.once('close', () => resolve()))
  const stop = async (): Promise<void> => {
    shell.stdin.end()
    await ended
    await rm(dir, { recursive: true, force: true })
  }
  try {
    await listens(port)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: (database = 'postgres', user = 'postgres') =>
      `postgres://${user}:${known[user as keyof typeof known] ?? ''}@127.0.0.1:${port}/${database}`,
    stop,
  }
}

async function ownerOf(server: PostgresServer): Promise<{ uid: number; gid: number }> {
  const admin = await connect(server.url())
  const { rows } = await admin.query<{ data: string }>("select current_setting('data_directory') as data")
  await admin.end()
  return await stat(rows[0]?.data ?? '')
}

async function copyLibraries(name: 'libevent-2.1-7' | 'libc-ares2', to: string): Promise<void> {
  await provisionDebian(name)
  const lib = await debianTool(name, 'usr/lib')
  for (const file of await readdir(lib, { recursive: true })) {
    if (!/\.so(?:\.[\d.]+)?$/.test(file)) continue
    await copyFile(join(lib, file), join(to, file.slice(file.lastIndexOf('/') + 1)))
  }
}

async function listens(port: number): Promise<void> {
  const deadline = performance.now() + startLimitMs
  for (;;) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = open(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (isOpen) return
    if (performance.now() > deadline) throw new Error('PgBouncer did not start')
    await wait(50)
  }
}
