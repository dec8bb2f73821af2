import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Client } from 'pg'
import { BackupError } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { type User, unprivilegedUser } from '../../../platform/embedded-postgres.ts'
import { type GuardedServer, startGuarded } from '../../../platform/guarded-server.ts'
import { detailOf } from '../connection/connection.ts'
import { type DrillPlace, makePlace, removeLeftovers } from './drill-place.ts'
import { diskIsFull, errorLines } from './program-failure.ts'
import { diskFull, noRoomHint, notBegun, notBegunHint, notReachable, notReachableHint } from './rehearsal-texts.ts'
import type { Target } from './target.ts'

/** A server of its own for the time of a rehearsal, to be had by a socket alone. */
export interface ScratchCluster {
  /** The folder on whose disk its data lie. */
  readonly folder: string
  target(database: string): Target
  url(database: string): string
  /** A session as the superuser; who opens it ends it. */
  connect(database: string): Promise<Client>
  stop(): Promise<void>
}

export interface ClusterSpec {
  /** With initdb and postgres. */
  readonly bin: string
  /** Who made the cluster of the dump: what roles are granted is in that name. */
  readonly superuser: string
  readonly scratch: string
}

const startLimitMs = 90_000
const initLimitMs = 120_000
const port = 5432

/** Little memory, nothing kept safe: it is thrown away. Nothing runs by itself in it, and nothing listens but the socket. */
const settings = {
  listen_addresses: '',
  port: String(port),
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  shared_buffers: '64MB',
  maintenance_work_mem: '64MB',
  max_connections: '30',
  max_logical_replication_workers: '0',
  dynamic_shared_memory_type: 'mmap',
  autovacuum: 'off',
  jit: 'off',
  lc_messages: 'C',
  log_destination: 'stderr',
  logging_collector: 'off',
  restart_after_crash: 'off',
}

/**
 * Makes and starts one. As root it belongs to another user, since PostgreSQL does not run as root. What rehearsals that were
 * killed left is removed first. Throws `BackupError` with `no-space`, `tool-missing` when that user cannot run the programs,
 * `no-answer` when it does not start.
 */
export async function startCluster(
  { bin, superuser, scratch }: ClusterSpec,
  ctx: StepContext,
): Promise<ScratchCluster> {
  const runner = await unprivilegedUser()
  await removeLeftovers(scratch, runner)
  const place = await makePlace(scratch, runner)
  const password = randomBytes(16).toString('hex')
  let server: GuardedServer | undefined
  const stop = async (): Promise<void> => {
    await server?.stop()
    for (const folder of [place.data, place.sockets]) await rm(folder, { recursive: true, force: true })
  }
  // The one of the dump may be told not to log in, or only until a day that is over.
  const user = `vigie_drill_${randomBytes(4).toString('hex')}`
  const parameters = { host: place.sockets, port, password }
  const connectAs = async (role: string, database: string): Promise<Client> => {
    const { default: pg } = await import('pg')
    const own = { ...parameters, user: role, database, application_name: 'vigie', connectionTimeoutMillis: 30_000 }
    const client = new pg.Client(own)
    client.on('error', () => undefined)
    try {
      await client.connect()
      return client
    } catch (error) {
      await client.end().catch(() => undefined)
      throw error
    }
  }
  try {
    await initialize(bin, superuser, password, place, runner, ctx)
    server = await start(bin, place, runner)
    const first = await ready(server, place, () => connectAs(superuser, 'template1'), ctx)
    await first
      .query(`create role ${user} superuser login password ${first.escapeLiteral(password)}`)
      .finally(() => first.end())
  } catch (error) {
    await stop()
    throw error
  }
  return {
    folder: place.data,
    target: (database) => ({
      env: { PGHOST: place.sockets, PGPORT: String(port), PGUSER: user, PGDATABASE: database },
      password,
    }),
    url: (database) =>
      `postgres://${user}:${password}@localhost:${port}/${inPath(database)}?host=${encodeURIComponent(place.sockets)}`,
    connect: (database) => connectAs(user, database),
    stop,
  }
}

const environment = (place: DrillPlace): Record<string, string> => ({
  ...{ PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: place.data, TZ: 'UTC' },
})

async function initialize(
  bin: string,
  superuser: string,
  password: string,
  place: DrillPlace,
  user: User | undefined,
  ctx: StepContext,
): Promise<void> {
  const identity = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  const run = async (program: string, args: readonly string[], timeout: number): Promise<string | undefined> => {
    const own = { ...identity, env: environment(place), cwd: '/', timeout, signal: ctx.signal }
    try {
      await promisify(execFile)(join(bin, program), [...args], own)
      return undefined
    } catch (error) {
      ctx.signal.throwIfAborted()
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : ''
      return said || detailOf(error)
    }
  }
  for (const program of ['postgres', 'initdb']) {
    const detail = await run(program, ['--version'], 20_000)
    if (detail === undefined) continue
    const text = notReachable({ folder: bin, user: user?.name ?? '', detail: errorLines(detail) })
    throw new VigieError('tool-missing', text, { hint: notReachableHint({}) })
  }
  const word = join(place.data, 'password')
  await writeFile(word, password, { mode: 0o600 })
  if (user !== undefined) await chown(word, user.uid, user.gid)
  const given = ['-D', clusterOf(place), '-U', superuser, '-A', 'scram-sha-256', `--pwfile=${word}`, '-E', 'UTF8']
  const detail = await run('initdb', [...given, '--no-locale', '--no-sync'], initLimitMs)
  await rm(word, { force: true })
  if (detail !== undefined) throw notStarted(detail, place)
}

function start(bin: string, place: DrillPlace, user: User | undefined): Promise<GuardedServer> {
  const all = { ...settings, unix_socket_directories: place.sockets }
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return startGuarded({
    argv: [join(bin, 'postgres'), '-D', clusterOf(place), ...flags],
    env: environment(place),
    ...(user !== undefined && { identity: { uid: user.uid, gid: user.gid } }),
    log: logOf(place),
    folders: [place.data, place.sockets],
  })
}

async function ready(
  server: GuardedServer,
  place: DrillPlace,
  connect: () => Promise<Client>,
  ctx: StepContext,
): Promise<Client> {
  const until = ctx.clock.monotonicMs() + startLimitMs
  for (;;) {
    ctx.signal.throwIfAborted()
    const answer = await connect().catch((error: unknown) => ({ error }))
    if (!('error' in answer)) return answer
    if (!server.isAlive() || ctx.clock.monotonicMs() > until)
      throw notStarted((await logTail(place)) || detailOf(answer.error), place)
    await wait(50)
  }
}

/** The end of what the server wrote. */
async function logTail(place: DrillPlace): Promise<string> {
  return (await readFile(logOf(place), 'utf8').catch(() => '')).slice(-2000)
}

function notStarted(said: string, place: DrillPlace): VigieError {
  const detail = errorLines(said)
  if (diskIsFull.test(said)) {
    const text = diskFull({ folder: place.data, detail })
    return new BackupError('no-space', text, { hint: noRoomHint({ folder: place.data }) })
  }
  return new VigieError('no-answer', notBegun({ detail }), { hint: notBegunHint({}) })
}

/** node-postgres reads back only what `encodeURI` writes, and libpq all. */
const inPath = (database: string): string => encodeURI(database).replace(/[?#]/g, encodeURIComponent)
const clusterOf = ({ data }: DrillPlace): string => join(data, 'cluster')
const logOf = ({ data }: DrillPlace): string => join(data, 'log')
