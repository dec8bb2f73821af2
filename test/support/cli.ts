import { spawn } from 'node:child_process'
import { join } from 'node:path'

const program = join(import.meta.dirname, 'vigie.ts')
/** Without it each process strips the types of the whole source anew, which takes longer than what most tests ask of it. */
const compileCache =
  process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, '..', '..', '.artifacts', 'compile-cache')

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  /** Standard output as JSON; throws when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what the schema test has checked.
  json(): any
}

/** Runs the program (test/support/vigie.ts) as a process of its own, in English unless told otherwise; `through` runs its command, `signal` kills it and `interrupt` is its Ctrl-C. */
export function vigie(
  words: readonly string[],
  options: {
    cwd?: string
    env?: NodeJS.ProcessEnv
    signal?: AbortSignal
    interrupt?: AbortSignal
    through?: readonly string[]
  } = {},
): Promise<CliResult> {
  const own = {
    LANG: 'en_GB.UTF-8',
    LC_ALL: '',
    CI: '1',
    NODE_TEST_CONTEXT: undefined,
    NODE_COMPILE_CACHE: compileCache,
  }
  const env = { ...process.env, ...own, ...options.env }
  return new Promise((resolve, reject) => {
    const [first = process.execPath, ...rest] = [...(options.through ?? []), process.execPath, program, ...words]
    const child = spawn(first, rest, {
      cwd: options.cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    options.signal?.addEventListener('abort', () => child.kill('SIGKILL'), { once: true })
    options.interrupt?.addEventListener('abort', () => child.kill('SIGINT'), { once: true })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr, json: () => JSON.parse(stdout) }))
  })
}
