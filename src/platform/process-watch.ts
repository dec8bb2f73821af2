import { learnChildren, type Traces } from './command-traces.ts'
import { listProcesses } from './process-list.ts'

/** Most children of a command come early; later ones are waited for with patience, and a look costs some milliseconds. */
const delaysMs = [10, 20, 40, 80, 160, 320]
/** Of our time at most, for a look at a machine with very many processes. */
const share = 1 / 50

const watched = new Set<Traces>()
let timer: NodeJS.Timeout | undefined
let looks = 0

/**
 * Keeps in mind the children of a command while it runs, for where their parents end before them. Only where there is no
 * control group: one look serves all commands. Gives what ends it.
 */
export function watchChildren(traces: Traces): () => void {
  watched.add(traces)
  looks = 0
  schedule(delaysMs[0] ?? 0)
  return () => {
    watched.delete(traces)
    if (watched.size === 0) clearTimeout(timer)
  }
}

function schedule(delayMs: number): void {
  clearTimeout(timer)
  timer = setTimeout(look, delayMs).unref()
}

function look(): void {
  const started = performance.now()
  try {
    const all = listProcesses()
    for (const traces of watched) learnChildren(traces, all)
  } catch {
    // No file descriptor left, say: the next look may see again.
  }
  looks += 1
  const usual = delaysMs[Math.min(looks, delaysMs.length - 1)] ?? 0
  schedule(Math.max(usual, (performance.now() - started) / share))
}
