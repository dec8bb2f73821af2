import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** All that a measurement starts. Its end ends each process by its pid and removes the folder, also after Ctrl-C. */
export interface Workshop extends AsyncDisposable {
  readonly dir: string
  run(program: string, args: readonly string[], options?: SpawnOptions): ChildProcess
  /** Done at the end, the last first. */
  atEnd(work: () => unknown): void
}

const graceMs = 10_000

export function openWorkshop(): Workshop {
  const dir = mkdtempSync(join(tmpdir(), 'vigie-bench-'))
  const works: (() => unknown)[] = [() => rmSync(dir, { recursive: true, force: true })]
  let over: Promise<void> | undefined
  const close = async (): Promise<void> => {
    for (const work of works.splice(0).reverse()) {
      await Promise.resolve()
        .then(work)
        .catch((error: unknown) => console.error(error))
    }
  }
  const end = (): Promise<void> => {
    over ??= close()
    return over
  }
  const interrupted = (): void => void end().then(() => process.exit(130))
  process.once('SIGINT', interrupted)
  process.once('SIGTERM', interrupted)
  return {
    dir,
    run: (program, args, options = {}) => {
      const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options })
      works.push(() => ended(child))
      return child
    },
    atEnd: (work) => void works.push(work),
    [Symbol.asyncDispose]: async () => {
      process.off('SIGINT', interrupted)
      process.off('SIGTERM', interrupted)
      await end()
    },
  }
}

/** Asks it to end, and makes it end when it does not. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  child.kill('SIGTERM')
  await gone
  clearTimeout(timer)
}
