import { readdirSync, readFileSync } from 'node:fs'

/** What processes and all that they began use, from /proc. */
export interface Usage {
  /** User and system, of children that ended too. */
  readonly cpuSeconds: number
  /** Resident memory: what they share counts for each. */
  readonly rssMb: number
  /** Resident memory: what they share counts once over all that share it. */
  readonly pssMb: number
  /** The most resident memory that each had, added up. */
  readonly peakMb: number
}

/** The kernel counts in hundredths of a second on all machines that Node runs on. */
const ticksPerSecond = 100

export function usageOf(roots: readonly number[]): Usage {
  const total = { cpuSeconds: 0, rssMb: 0, pssMb: 0, peakMb: 0 }
  for (const pid of treeOf(roots)) {
    const fields = statOf(pid)
    const status = read(`/proc/${pid}/status`)
    total.cpuSeconds += fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond
    total.rssMb += megabytes(status, 'VmRSS')
    total.peakMb += megabytes(status, 'VmHWM')
    total.pssMb += megabytes(read(`/proc/${pid}/smaps_rollup`), 'Pss')
  }
  return total
}

function treeOf(roots: readonly number[]): readonly number[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const children = Map.groupBy(all.map(Number), (pid) => Number(statOf(pid)[1] ?? 0))
  const found = [...roots]
  for (const pid of found) found.push(...(children.get(pid) ?? []))
  return found
}

/** The fields after the name, which may hold spaces: state, parent, … */
function statOf(pid: number): readonly string[] {
  const text = read(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

function megabytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024
}

/** Empty when it ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
