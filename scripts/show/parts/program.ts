import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** Where the repository stands. */
export const root = join(import.meta.dirname, '..', '..', '..')
const bin = join(root, 'bin', 'vigie.js')
const english = { ...process.env, LANG: 'en_GB.UTF-8', LC_ALL: '' }

export function step(title: string): void {
  console.log(`\n— ${title}`)
}

/** A line of evidence. */
export function tell(line: string): void {
  console.log(`  ${line}`)
}

export interface Told {
  readonly code: number | null
  readonly stdout: string
}

/** The program as its user has it. Demo servers live in this process, so it must not block. */
export async function vigie(words: readonly string[], cwd?: string): Promise<Told> {
  const child = spawn(process.execPath, [bin, ...words], { cwd, env: english, stdio: ['ignore', 'pipe', 'inherit'] })
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const [code] = await once(child, 'close')
  console.log(`$ vigie ${words.map(shortened).join(' ')}   → exit ${code}`)
  return { code, stdout }
}

/** A watch that runs; it is killed when it goes out of scope. */
export interface Watching extends AsyncDisposable {
  readonly url: string
  readonly child: ChildProcess
  /** As Ctrl-C; gives the exit code. */
  stop(): Promise<number | null>
  /** As `kill -9`. */
  kill(): Promise<void>
}

/** The real `vigie up` on a free port, once it watches. */
export async function vigieUp(words: readonly string[]): Promise<Watching> {
  const child = spawn(process.execPath, [bin, 'up', '--port', '0', '--json', ...words], {
    env: english,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  let stdout = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk
      const found = /"url": "(?<url>[^"]+)"/.exec(stdout)?.groups?.['url']
      if (found !== undefined) resolve(found)
    })
    child.once('close', (code) => reject(new Error(`vigie up ended with ${code}`)))
  })
  console.log(`$ vigie up ${words.map(shortened).join(' ')}   → pid ${child.pid}, ${url}`)
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal)
    const [code] = await ended
    return code
  }
  const kill = async (): Promise<void> => void (await end('SIGKILL'))
  return { url, child, stop: () => end('SIGINT'), kill, [Symbol.asyncDispose]: kill }
}

function shortened(word: string): string {
  const short = word.replace(`${root}/`, '').replace(/^\/.*\/(?=vigie-[^/]+\/)/, '…/')
  return /[\s>]/.test(short) ? `'${short}'` : short
}
