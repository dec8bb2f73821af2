import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { parseMounts } from './mount-table.ts'

/** A control group (cgroup v2): what a process of it starts is of it too, whatever it does with its parents or environment. */
export interface ControlGroup {
  readonly path: string
  /** Whether a process is in it: whoever is root may leave. */
  holds(pid: number): boolean
  members(): readonly number[]
  kill(): void
  remove(): Promise<void>
}

/** What does not go by itself: no group may be made here, now or later. */
const refusals = ['EACCES', 'EPERM', 'EROFS', 'ENOENT', 'EOPNOTSUPP']

let folder: string | undefined
let isFolderKnown = false

/** A new group below our own; undefined where none can be made, which needs root and a writable cgroup2 mount. */
export async function makeControlGroup(name: string): Promise<ControlGroup | undefined> {
  const parent = groupFolder()
  if (parent === undefined) return undefined
  const path = join(parent, name)
  try {
    await mkdir(path)
    return groupAt(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && refusals.includes(String(error.code))) folder = undefined
    return undefined
  }
}

/** The groups below our own that such a name was given to. */
export function groupsNamed(pattern: RegExp): readonly { readonly name: string; readonly group: ControlGroup }[] {
  const parent = groupFolder()
  if (parent === undefined) return []
  return readdirSync(parent)
    .filter((name) => pattern.test(name))
    .map((name) => ({ name, group: groupAt(join(parent, name)) }))
}

function groupAt(path: string): ControlGroup {
  const members = (): readonly number[] => membersOf(path)
  return {
    path,
    holds: (pid) => {
      try {
        return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/${basename(path)}\n`)
      } catch {
        return false
      }
    },
    members,
    kill: () => {
      try {
        writeFileSync(join(path, 'cgroup.kill'), '1')
      } catch {
        // Before Linux 5.14 there is no such file, and after its end no such group.
        for (const pid of members()) killNow(pid)
      }
    },
    remove: () => removeFolder(path),
  }
}

/** The folder of our own control group, looked for once; undefined when there is none. */
function groupFolder(): string | undefined {
  if (isFolderKnown) return folder
  isFolderKnown = true
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  try {
    const own = /^0::(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1]
    const mount = parseMounts(readFileSync('/proc/self/mountinfo', 'utf8')).find(({ type }) => type === 'cgroup2')
    if (own === undefined || mount === undefined || !own.startsWith(mount.root)) return undefined
    const path = join(mount.mountPoint, own.slice(mount.root === '/' ? 0 : mount.root.length))
    // Another file system may be mounted over it.
    if (readFileSync(join(path, 'cgroup.procs'), 'utf8') !== '') folder = path
  } catch {
    // Not mounted where it says, or not ours to read.
  }
  return folder
}

function membersOf(path: string): readonly number[] {
  try {
    const below = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const own = readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    return [...own, ...below.flatMap(({ name }) => membersOf(join(path, name)))]
  } catch {
    return []
  }
}

/** The kernel lets a group go only after its last process was waited for. */
async function removeFolder(path: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      for (const entry of readdirSync(path, { withFileTypes: true }))
        if (entry.isDirectory()) await removeFolder(join(path, entry.name))
      rmdirSync(path)
      return
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EBUSY')) return
      await wait(10)
    }
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // Gone already, which is what was wanted.
  }
}
