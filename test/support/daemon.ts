import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { ScratchSystem } from './scratch-system.ts'

export interface RunningDaemon {
  readonly url: string
  readonly child: ChildProcess
  /** What it told on standard error. */
  told(): string
  /** As Ctrl-C; gives the exit code. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

const program = join(import.meta.dirname, 'vigie.ts')
const compileCache =
  process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, '..', '..', '.artifacts', 'compile-cache')

/** Starts `vigie up` on a free port and waits until it watches; `through` runs its command. */
export async function startUp(
  system: ScratchSystem,
  env: NodeJS.ProcessEnv = {},
  through: readonly string[] = [],
): Promise<RunningDaemon> {
  const [first = process.execPath, ...rest] = [...through, process.execPath, program]
  const child = spawn(first, [...rest, 'up', '--port', '0', '--json', ...system.config], {
    cwd: system.dir,
    env: {
      ...process.env,
      LANG: 'en_GB.UTF-8',
      NODE_TEST_CONTEXT: undefined,
      NODE_COMPILE_CACHE: compileCache,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stderr?.on('data', (chunk) => (stderr += chunk))
  const ended = once(child, 'close')
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      stdout += chunk
      const found = /"url": "(?<url>[^"]+)"/.exec(stdout)?.groups?.['url']
      if (found !== undefined) resolve(found)
    })
    child.once('close', (code) => reject(new Error(`vigie up ended with ${code}: ${stderr}${stdout}`)))
  })
  return {
    url,
    child,
    told: () => stderr,
    stop: async () => {
      child.kill('SIGINT')
      const [code] = await ended
      return code
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
