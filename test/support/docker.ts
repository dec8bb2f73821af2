import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { debianTool } from '../../scripts/provision/debian-tool.ts'

const run = promisify(execFile)

export interface DockerEngine {
  /** Standard output of a docker command; throws with its standard error. */
  docker(...words: readonly string[]): Promise<string>
  /** A base image with this Node, a shell, and nothing else. Gives its name. */
  importBase(): Promise<string>
  /** As DOCKER_HOST has it. */
  readonly host: string
  stop(): Promise<void>
}

/** Starts an engine of the test's own, which knows no registry and makes no network. Needs root, as every engine does. */
export async function startDocker(): Promise<DockerEngine> {
  const dir = await mkdtemp(join(tmpdir(), 'vigie-docker-'))
  const programs = await Promise.all([
    debianTool('docker.io', 'usr/sbin/dockerd'),
    debianTool('docker.io', 'usr/bin/docker'),
    debianTool('containerd', 'usr/bin/containerd'),
    debianTool('runc', 'usr/sbin/runc'),
  ])
  const [dockerd, client] = programs
  const libraries = join(await debianTool('libdevmapper1.02.1', 'lib'), `${machine()}-linux-gnu`)
  const PATH = [...new Set(programs.map((program) => dirname(program))), '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(
    ':',
  )
  const env = {
    PATH,
    HOME: dir,
    LD_LIBRARY_PATH: libraries,
    DOCKER_HOST: `unix://${dir}/docker.sock`,
    DOCKER_BUILDKIT: '0',
  }
  const log = join(dir, 'log')
  const places = [`--data-root=${dir}/data`, `--exec-root=${dir}/exec`, `--pidfile=${dir}/pid`]
  const noNetwork = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false']
  const output = openSync(log, 'w')
  const engine = spawn(dockerd, [...places, ...noNetwork, '-H', env.DOCKER_HOST], {
    cwd: dir,
    env,
    stdio: ['ignore', output, output],
  })
  const docker = async (...words: readonly string[]): Promise<string> =>
    (await run(client, words, { env, maxBuffer: 1e8 })).stdout
  const stop = async (): Promise<void> => {
    await docker('ps', '-aq').then(
      (ids) => (ids.trim() === '' ? '' : docker('rm', '-f', ...ids.trim().split('\n'))),
      () => '',
    )
    await ended(engine)
    await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
  const deadline = Date.now() + 60_000
  for (;;) {
    const isUp = await docker('version').then(
      () => true,
      () => false,
    )
    if (isUp) break
    if (engine.exitCode !== null || Date.now() > deadline) {
      const said = await readFile(log, 'utf8')
      await stop()
      throw new Error(`no docker engine could be started here: ${said.slice(-2000)}`)
    }
    await wait(200)
  }
  return { docker, importBase: () => importBase(dir, docker), host: env.DOCKER_HOST, stop }
}

async function importBase(dir: string, docker: DockerEngine['docker']): Promise<string> {
  const tree = join(dir, 'base')
  const busybox = await debianTool('busybox-static', 'bin/busybox')
  for (const folder of ['bin', 'tmp', 'usr/local/bin']) await mkdir(join(tree, folder), { recursive: true })
  await cp(busybox, join(tree, 'bin/busybox'))
  for (const name of ['sh', 'mkdir', 'chown']) await symlink('busybox', join(tree, 'bin', name))
  await cp(process.execPath, join(tree, 'usr/local/bin/node'), { dereference: true })
  const { stdout } = await run('ldd', [process.execPath])
  for (const [, library = ''] of stdout.matchAll(/(\/\S+)/g)) {
    await mkdir(join(tree, dirname(library)), { recursive: true })
    await cp(library, join(tree, dirname(library), basename(library)), { dereference: true })
  }
  const archive = join(dir, 'base.tar')
  await run('tar', ['--owner=0', '--group=0', '-C', tree, '-cf', archive, '.'])
  await docker('import', '--change', 'ENV PATH=/usr/local/bin:/bin', archive, 'vigie-test-base')
  return 'vigie-test-base'
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
}

function machine(): string {
  return process.arch === 'arm64' ? 'aarch64' : 'x86_64'
}
