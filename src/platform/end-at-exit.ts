import { readFileSync } from 'node:fs'
import { learnChildren, type Traces } from './command-traces.ts'
import { listProcesses, pipesOf } from './process-list.ts'

const running = new Set<Traces>()
let isWatching = false

/**
 * Ends what bears a trace of a command when our own process exits before the returned function was called: a second
 * Ctrl-C and an error of our own leave no time to ask first.
 */
export function endAtExit(traces: Traces): () => void {
  if (!isWatching) process.once('exit', endAll)
  isWatching = true
  running.add(traces)
  return () => void running.delete(traces)
}

function endAll(): void {
  if (running.size === 0) return
  const all = listProcesses()
  for (const traces of running) {
    traces.group?.kill()
    const [leader] = traces.known.keys()
    if (leader !== undefined) kill(-leader)
    learnChildren(traces, all)
    for (const { pid, started } of all) {
      if (pid === process.pid) continue
      if (traces.known.get(pid) === started || bears(pid, traces)) kill(pid)
    }
  }
}

function bears(pid: number, { marker, pipes }: Traces): boolean {
  if (process.platform !== 'linux') return false
  try {
    if (readFileSync(`/proc/${pid}/environ`).includes(marker)) return true
  } catch {
    // Of another user: its open files cannot be seen either.
  }
  return pipesOf(pid).some((pipe) => pipes.has(pipe))
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already, which is what was wanted.
  }
}
