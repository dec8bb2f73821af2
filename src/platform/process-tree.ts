import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

interface Process {
  readonly pid: number
  readonly parent: number
}

/** Rounds of looking for what is left after a kill; a fork bomb ends us before it ends. */
const rounds = 20
const betweenRoundsMs = 50

/**
 * Ends a process and all that came from it: its group, its descendants, and whatever carries `marker` in its
 * environment, which finds a grandchild that called setsid and lost its parents. TERM first, KILL after `graceMs`, and
 * again until nothing is left.
 */
export async function endProcessTree(pid: number, marker: string, graceMs: number): Promise<void> {
  const known = new Set<number>([pid])
  const sweep = async (signal: NodeJS.Signals): Promise<number> => {
    const found = await processesOf(known, marker)
    for (const one of found) known.add(one)
    send(-pid, signal)
    for (const one of found) send(one, signal)
    return found.length
  }
  if ((await sweep('SIGTERM')) === 0) return
  const until = performance.now() + graceMs
  while (performance.now() < until) {
    await wait(betweenRoundsMs)
    if ((await processesOf(known, marker)).length === 0) return
  }
  for (let round = 0; round < rounds; round++) {
    if ((await sweep('SIGKILL')) === 0) return
    await wait(betweenRoundsMs)
  }
}

/** Ends what a command left running in the background after it ended by itself. */
export async function endLeftovers(marker: string, graceMs: number): Promise<void> {
  const left = await processesOf(new Set(), marker)
  const [first] = left
  if (first !== undefined) await endProcessTree(first, marker, graceMs)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone already, which is what was wanted.
  }
}

/** Living processes among `known`, their descendants and the bearers of the marker. Zombies do not count. */
async function processesOf(known: ReadonlySet<number>, marker: string): Promise<number[]> {
  const all = await listProcesses()
  const tree = new Set<number>()
  for (const { pid } of all) if (known.has(pid)) tree.add(pid)
  for (let size = -1; size !== tree.size; ) {
    size = tree.size
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid)
  }
  const bearers = await Promise.all(
    all.map(async ({ pid }) => (!tree.has(pid) && (await hasMarker(pid, marker)) ? pid : undefined)),
  )
  for (const pid of bearers) if (pid !== undefined) tree.add(pid)
  tree.delete(process.pid)
  return [...tree]
}

async function listProcesses(): Promise<Process[]> {
  if (process.platform !== 'linux') return listByPs()
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    names.map(async (name) => {
      // The name in parentheses may hold blanks and parentheses itself: what counts stands after the last one.
      const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return state === undefined || state === '' || state === 'Z'
        ? undefined
        : { pid: Number(name), parent: Number(parent) }
    }),
  )
  return found.filter((one) => one !== undefined)
}

async function hasMarker(pid: number, marker: string): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined)
  return environment?.includes(marker) ?? false
}

function listByPs(): Promise<Process[]> {
  return new Promise((resolve) => {
    execFile('ps', ['-axo', 'pid=,ppid=,stat='], (_, output) => {
      const rows = output
        .trim()
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
      resolve(
        rows
          .filter(([, , state]) => !state?.startsWith('Z'))
          .map(([pid, parent]) => ({ pid: Number(pid), parent: Number(parent) })),
      )
    })
  })
}
