import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { debianTool, provisionDebian } from '../../scripts/provision/debian-tool.ts'

const run = promisify(execFile)
const libraryFolder = 'usr/lib/x86_64-linux-gnu'

const compileCache =
  process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, '..', '..', '.artifacts', 'compile-cache')

/** A real terminal with a shell in it, as tmux draws it. */
export interface Terminal {
  /** Keys as tmux names them: `q`, `C-c`, `Enter`. */
  press(...keys: readonly string[]): Promise<void>
  /** Types a line, and Enter. */
  type(line: string): Promise<void>
  resize(columns: number, rows: number): Promise<void>
  /** What stands on it now, line by line. */
  lines(): Promise<readonly string[]>
  /** Waits until it shows something; throws with what it shows instead. */
  shows(what: RegExp, limitMs?: number): Promise<readonly string[]>
  /** Whether the cursor is shown, and whether a program has the other page. */
  state(): Promise<{ readonly hasCursor: boolean; readonly isOtherPage: boolean }>
  close(): Promise<void>
}

/** Starts one in a tmux of its own, with the environment given and nothing of anybody's settings. */
export async function openTerminal(columns: number, rows: number, env: NodeJS.ProcessEnv = {}): Promise<Terminal> {
  const program = await debianTool('tmux', 'usr/bin/tmux')
  const libraries = ['libevent-core-2.1-7', 'libutempter0'] as const
  for (const name of libraries) await provisionDebian(name)
  const folder = join(program, '..', '..', '..', '..')
  const dir = await mkdtemp(join(tmpdir(), 'vigie-tmux-'))
  const own = {
    ...{
      PATH: process.env['PATH'],
      HOME: dir,
      SHELL: '/bin/sh',
      NODE_COMPILE_CACHE: compileCache,
      LC_ALL: 'C.UTF-8',
      LANG: 'en_GB.UTF-8',
      PS1: '$ ',
    },
    LD_LIBRARY_PATH: libraries.map((name) => join(folder, name, libraryFolder)).join(':'),
    ...env,
  }
  const tmux = async (...words: readonly string[]): Promise<string> =>
    (await run(program, ['-S', join(dir, 'socket'), '-f', '/dev/null', '-u', ...words], { env: own, cwd: dir })).stdout
  await tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), '/bin/sh')
  await tmux('set-option', '-g', 'status', 'off')
  const lines = async (): Promise<readonly string[]> => (await tmux('capture-pane', '-p')).split('\n')
  return {
    press: async (...keys) => void (await tmux('send-keys', ...keys)),
    type: async (line) => {
      await tmux('send-keys', '-l', line)
      await tmux('send-keys', 'Enter')
    },
    resize: async (to, high) => void (await tmux('resize-window', '-x', String(to), '-y', String(high))),
    lines,
    shows: async (what, limitMs = 60_000) => {
      const deadline = performance.now() + limitMs
      for (;;) {
        const now = await lines()
        if (what.test(now.join('\n'))) return now
        if (performance.now() > deadline) throw new Error(`${what} never stood in the terminal:\n${now.join('\n')}`)
        await wait(100)
      }
    },
    state: async () => {
      const [cursor, page] = (await tmux('display-message', '-p', '#{cursor_flag} #{alternate_on}')).trim().split(' ')
      return { hasCursor: cursor === '1', isOtherPage: page === '1' }
    },
    close: async () => {
      await tmux('kill-server').catch(() => undefined)
      await rm(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
