import { setTimeout as wait } from 'node:timers/promises'
import { processesOf, type Traces } from './command-traces.ts'

/** Rounds of looking for what is left after a kill; a fork bomb ends us before it ends. */
const rounds = 20
const betweenRoundsMs = 50

/**
 * Ends what is left of a command: its group, its descendants, and all that bears one of its traces, which finds a
 * grandchild that called setsid and lost its parents. TERM first, KILL after `graceMs`, and again until nothing is left.
 * Gives those that are found alive all the same: of another user, or held in the kernel.
 */
export async function endProcesses(
  traces: Traces,
  { graceMs, looksAtPipes }: { readonly graceMs: number; readonly looksAtPipes: boolean },
): Promise<readonly number[]> {
  const [leader] = traces.known.keys()
  const sweep = async (signal: NodeJS.Signals): Promise<readonly number[]> => {
    const found = await processesOf(traces, looksAtPipes)
    if (found.length > 0 && leader !== undefined) send(-leader, signal)
    if (signal === 'SIGKILL') traces.group?.kill()
    for (const pid of found) send(pid, signal)
    return found
  }
  if ((await sweep('SIGTERM')).length === 0) return []
  const until = performance.now() + graceMs
  while (performance.now() < until) {
    await wait(betweenRoundsMs)
    if ((await processesOf(traces, looksAtPipes)).length === 0) return []
  }
  let left: readonly number[] = []
  for (let round = 0; round < rounds; round++) {
    left = await sweep('SIGKILL')
    if (left.length === 0) return []
    await wait(betweenRoundsMs)
  }
  return processesOf(traces, looksAtPipes)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already, which is what was wanted.
  }
}
