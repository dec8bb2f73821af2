import { readdirSync, readFileSync } from 'node:fs'

const running = new Map<number, string>()
let isWatching = false

/**
 * Ends the group of a process, and whatever carries `marker` in its environment, when our own process exits before the
 * returned function was called: a second Ctrl-C and an error of our own leave no time to ask first.
 */
export function endAtExit(pid: number, marker: string): () => void {
  if (!isWatching) process.once('exit', endAll)
  isWatching = true
  running.set(pid, marker)
  return () => void running.delete(pid)
}

function endAll(): void {
  if (running.size === 0) return
  for (const pid of running.keys()) kill(-pid)
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name) && isMarked(name)) kill(Number(name))
}

function isMarked(pid: string): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`)
    return [...running.values()].some((marker) => environment.includes(marker))
  } catch {
    return false
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already, which is what was wanted.
  }
}
