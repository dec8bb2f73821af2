import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { debianTool } from '../../scripts/provision/debian-tool.ts'

const run = promisify(execFile)

/** Standard output of `promtool` or `amtool`; throws with what it told. */
export async function tool(name: 'promtool' | 'amtool', words: readonly string[], cwd: string): Promise<string> {
  const program =
    name === 'promtool'
      ? await debianTool('prometheus', 'usr/bin/promtool')
      : await debianTool('prometheus-alertmanager', 'usr/bin/amtool')
  return (await run(program, words, { cwd })).stdout
}

type ServerName = 'prometheus' | 'alertmanager' | 'blackbox-exporter'

export interface RunningServer {
  readonly url: string
  readonly child: ChildProcess
  stop(): Promise<void>
}

/** Starts the real server with these words, whose port is 0, and waits until it says that it is ready. */
export async function startServer(name: ServerName, words: readonly string[], cwd: string): Promise<RunningServer> {
  const [program, ...before] = await programOf(name)
  const child = spawn(program, [...before, ...words], { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  let told = ''
  child.stderr.on('data', (chunk) => (told += chunk))
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL')
    await gone
  }
  const deadline = Date.now() + 60_000
  for (;;) {
    const address = /(?:address=|Listening on" address=)"?(?<found>127\.0\.0\.1:[1-9]\d*)/.exec(told)?.groups?.['found']
    const url = `http://${address}`
    const answer = address === undefined ? undefined : await fetch(`${url}/-/ready`).catch(() => undefined)
    await answer?.body?.cancel()
    if (answer?.ok) return { url, child, stop }
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop()
      assert.fail(`${name} is not ready: ${told}`)
    }
    await wait(50)
  }
}

/** Debian's Alertmanager reads its templates below /usr/share alone: it gets one of its own, which nobody else sees. */
async function programOf(name: ServerName): Promise<readonly [string, ...string[]]> {
  if (name === 'prometheus') return [await debianTool('prometheus', 'usr/bin/prometheus')]
  if (name === 'blackbox-exporter') {
    return [await debianTool('prometheus-blackbox-exporter', 'usr/bin/prometheus-blackbox-exporter')]
  }
  const program = await debianTool('prometheus-alertmanager', 'usr/bin/prometheus-alertmanager')
  const share = join(dirname(program), '..', 'share', 'prometheus')
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const script = 'mount -t tmpfs tmpfs /usr/share && ln -s "$0" /usr/share/prometheus && exec "$@"'
  return ['unshare', ...asRoot, '--mount', '--propagation', 'private', 'sh', '-c', script, share, program]
}

/** The addresses, in hexadecimal as the kernel writes them, on which a process waits for others. */
export function listeningAddresses({ pid }: ChildProcess): readonly string[] {
  const sockets = readdirSync(`/proc/${pid}/fd`).map((fd) => readlink(`/proc/${pid}/fd/${fd}`))
  const rows = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/)),
  )
  // 0A: a socket that listens; 07: one of UDP that is bound.
  return rows
    .filter(([, , , state, , , , , , inode]) => /^0[A7]$/.test(state ?? '') && sockets.includes(`socket:[${inode}]`))
    .map(([, address = '']) => address.split(':')[0] ?? '')
}

function readlink(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
