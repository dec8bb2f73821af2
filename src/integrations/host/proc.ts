/** Readers of Linux's /proc texts: pure, so that captured texts can stand in tests. */

/** Busy and whole time of all processors, in ticks, from /proc/stat. Guest time is part of user time already. */
export function cpuTimes(stat: string): { busy: number; total: number } | undefined {
  const fields = /^cpu\s+(.+)$/m.exec(stat)?.[1]?.trim().split(/\s+/).map(Number)
  if (fields === undefined || fields.length < 5 || fields.some(Number.isNaN)) return undefined
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields
  const busy = user + nice + system + irq + softirq + steal
  return { busy, total: busy + idle + iowait }
}

/** Bytes by name from /proc/meminfo. */
export function memoryInfo(meminfo: string): ReadonlyMap<string, number> {
  const lines = meminfo.matchAll(/^(\w+(?:\(\w+\))?):\s+(\d+)(?: kB)?$/gm)
  return new Map([...lines].map(([, name = '', amount]) => [name, Number(amount) * 1024]))
}

export interface InterfaceCounters {
  readonly name: string
  readonly rxBytes: number
  readonly rxErrors: number
  readonly rxDropped: number
  readonly txBytes: number
  readonly txErrors: number
  readonly txDropped: number
}

/** The counters of every interface but the loopback, from /proc/net/dev. */
export function networkCounters(dev: string): readonly InterfaceCounters[] {
  return dev.split('\n').flatMap((line) => {
    const [, name, rest] = /^\s*([^:\s]+):\s*(.+)$/.exec(line) ?? []
    if (name === undefined || rest === undefined || name === 'lo') return []
    const [rxBytes = 0, , rxErrors = 0, rxDropped = 0, , , , , txBytes = 0, , txErrors = 0, txDropped = 0] = rest
      .trim()
      .split(/\s+/)
      .map(Number)
    return [{ name, rxBytes, rxErrors, rxDropped, txBytes, txErrors, txDropped }]
  })
}

export interface Mount {
  readonly mountPoint: string
  readonly device: string
  readonly type: string
}

const pseudo = new Set([
  'proc',
  'sysfs',
  'devtmpfs',
  'devpts',
  'tmpfs',
  'cgroup',
  'cgroup2',
  'securityfs',
  'pstore',
  'bpf',
  'debugfs',
  'tracefs',
  'hugetlbfs',
  'mqueue',
  'configfs',
  'fusectl',
  'ramfs',
  'autofs',
  'binfmt_misc',
  'rpc_pipefs',
  'nsfs',
  'overlay',
  'squashfs',
  'efivarfs',
  'iso9660',
  'fuse.lxcfs',
  'fuse.snapfuse',
  'selinuxfs',
])

/**
 * File systems that can fill up, each device once, from /proc/self/mountinfo. The root is always among them, whatever its
 * type (a container's is an overlay), and so are the mounts named in `also`.
 */
export function realMounts(mountinfo: string, also: readonly string[] = []): readonly Mount[] {
  const all = mountinfo.split('\n').flatMap((line): Mount[] => {
    const [left = '', right] = line.split(' - ')
    const fields = left.split(' ')
    const [device, mountPoint] = [fields[2], fields[4]]
    if (right === undefined || device === undefined || mountPoint === undefined) return []
    const octal = (text: string): string =>
      text.replace(/\\(\d{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
    return [{ mountPoint: octal(mountPoint), device, type: right.split(' ')[0] ?? '' }]
  })
  const wanted = all.filter(
    ({ mountPoint, type }) => mountPoint === '/' || also.includes(mountPoint) || !pseudo.has(type),
  )
  const byDevice = new Map<string, Mount>()
  for (const mount of wanted) {
    const known = byDevice.get(mount.device)
    const isNearerRoot = known === undefined || mount.mountPoint.length < known.mountPoint.length
    if (also.includes(mount.mountPoint) || (isNearerRoot && !(known && also.includes(known.mountPoint))))
      byDevice.set(mount.device, mount)
  }
  return [...byDevice.values()].toSorted((a, b) => a.mountPoint.localeCompare(b.mountPoint))
}
