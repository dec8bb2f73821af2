import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { StoreLocation } from '../../src/store/open.ts'

export interface Worker {
  /** Settles when the worker printed a line that begins so; rejects when it ended without it. */
  said(beginning: string): Promise<void>
  begin(): void
  kill(): void
  /** All its lines, when it has ended. */
  readonly lines: Promise<readonly string[]>
  readonly exit: Promise<number | null>
}

/** Starts `store-worker.ts` as a process of its own. */
export function startWorker(location: StoreLocation, job: string, name: string, count: number): Worker {
  const program = fileURLToPath(new URL('store-worker.ts', import.meta.url))
  const child = spawn(process.execPath, [program, JSON.stringify(location), job, name, String(count)])
  let out = ''
  let errors = ''
  let hasEnded = false
  let look = (): void => undefined
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8')
    look()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString('utf8')
  })
  child.stdin.on('error', () => undefined)
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  void exit.then(() => {
    hasEnded = true
    look()
  })
  const settled = exit.then((code) => {
    if (code !== 0 && code !== null) throw new Error(errors)
    return code
  })
  settled.catch(() => undefined)
  // A last line without its end was never acknowledged to anyone.
  const whole = (): string[] => out.slice(0, out.lastIndexOf('\n') + 1).split('\n')
  return {
    said: (beginning) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (whole().some((line) => line.startsWith(beginning))) resolve()
          else if (hasEnded) reject(new Error(`the worker ended without saying ${beginning}: ${errors}`))
        }
        look()
      }),
    begin: () => void child.stdin.write('go'),
    kill: () => void child.kill('SIGKILL'),
    lines: exit.then(() => whole().filter((line) => line !== '')),
    exit: settled,
  }
}

/** Lets workers begin together, when all of them have the store open. */
export async function together(workers: readonly Worker[]): Promise<string[]> {
  try {
    await Promise.all(workers.map((worker) => worker.said('ready')))
    for (const worker of workers) worker.begin()
    await Promise.all(workers.map(({ exit }) => exit))
    return (await Promise.all(workers.map(({ lines }) => lines))).flat()
  } finally {
    for (const worker of workers) worker.kill()
  }
}
