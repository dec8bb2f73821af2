import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  /** When it was started, in a form of the system's own: with the id it tells a process from a later one of the same id. */
  readonly started: string
}

/** The living processes. Zombies do not count. */
export function listProcesses(): readonly ProcessRow[] {
  if (process.platform !== 'linux') return listByPs()
  return readdirSync('/proc').flatMap((name) => {
    const found = /^\d+$/.test(name) ? processOf(Number(name)) : undefined
    return found === undefined || 'XZ'.includes(found.state) ? [] : [found]
  })
}

/** One process of Linux with its state, a letter (proc(5)); undefined when it is gone. */
export function processOf(pid: number): (ProcessRow & { readonly state: string }) | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in parentheses may hold blanks and parentheses itself: what counts stands after the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { pid, state: fields[0] ?? '', parent: Number(fields[1]), started: fields[19] ?? '' }
  } catch {
    return undefined
  }
}

/** The environment that a process was started with; undefined when it is gone or not ours to read. */
export function environmentOf(pid: number): Promise<Buffer | undefined> {
  return readFile(`/proc/${pid}/environ`).catch(() => undefined)
}

/** The pipes and sockets that a process has open, as `/proc/PID/fd` names them, among `descriptors` or all. */
export function pipesOf(pid: number, descriptors?: readonly string[]): readonly string[] {
  try {
    return (descriptors ?? readdirSync(`/proc/${pid}/fd`)).flatMap((one) => {
      const target = linkOf(`/proc/${pid}/fd/${one}`)
      return /^(?:pipe|socket):\[\d+\]$/.test(target) ? [target] : []
    })
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function listByPs(): readonly ProcessRow[] {
  const output = execFileSync('ps', ['-axo', 'pid=,ppid=,stat=,lstart='], { encoding: 'utf8' })
  return output.split('\n').flatMap((line) => {
    const [pid, parent, state, ...started] = line.trim().split(/\s+/)
    return pid === undefined || pid === '' || state?.startsWith('Z')
      ? []
      : [{ pid: Number(pid), parent: Number(parent), started: started.join(' ') }]
  })
}
