export interface Mount {
  readonly mountPoint: string
  /** Major and minor number of the device: equal for all bind mounts of a file system. */
  readonly device: string
  readonly type: string
}

/** Types that hold no files of their own, live in memory or are images that are always full. */
const pseudo = new Set(
  `proc sysfs devtmpfs devpts tmpfs ramfs rootfs cgroup cgroup2 securityfs pstore bpf debugfs tracefs hugetlbfs mqueue
  configfs fusectl autofs binfmt_misc rpc_pipefs nsfs overlay aufs squashfs erofs cramfs romfs iso9660 udf efivarfs
  selinuxfs smackfs resctrl sunrpc nfsd functionfs bdev dax fuse.lxcfs fuse.snapfuse fuse.portal fuse.gvfsd-fuse
  fuse.rootlessport fuse.fuse-overlayfs`.split(/\s+/),
)

/** What is mounted, from /proc/self/mountinfo (proc(5)). Of several mounts on one point only the last can be seen. */
export function parseMounts(mountinfo: string): readonly Mount[] {
  const visible = new Map<string, Mount>()
  for (const line of mountinfo.split('\n')) {
    const [left = '', right] = line.split(' - ')
    const [, , device, , point] = left.split(' ')
    if (right === undefined || device === undefined || point === undefined) continue
    const mountPoint = unescaped(point)
    visible.set(mountPoint, { mountPoint, device, type: right.split(' ')[0] ?? '' })
  }
  return [...visible.values()]
}

/**
 * The file systems that can fill up, each device once, at the mount point nearest to the root. The root is always among
 * them, whatever its type (a container's is an overlay), and so are the mounts named in `also`.
 */
export function realMounts(
  mounts: readonly Mount[],
  { also = [], ignore = [] }: { also?: readonly string[]; ignore?: readonly string[] } = {},
): readonly Mount[] {
  const named = mounts.filter(({ mountPoint }) => also.includes(mountPoint))
  const byDevice = new Map<string, Mount>()
  for (const mount of mounts) {
    const { mountPoint, device, type } = mount
    if (ignore.includes(mountPoint) || (mountPoint !== '/' && pseudo.has(type))) continue
    const known = byDevice.get(device)
    if (known === undefined || isBefore(mountPoint, known.mountPoint)) byDevice.set(device, mount)
  }
  const chosen = new Map([...byDevice.values(), ...named].map((mount) => [mount.mountPoint, mount]))
  return [...chosen.values()].toSorted((a, b) => (a.mountPoint < b.mountPoint ? -1 : 1))
}

function isBefore(one: string, other: string): boolean {
  return one.length === other.length ? one < other : one.length < other.length
}

/** Spaces, tabs, line ends and backslashes are written as octal escapes. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
}
