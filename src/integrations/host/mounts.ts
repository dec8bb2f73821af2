import type { Mount } from '../../platform/mount-table.ts'

/** Types that hold no files of their own, live in memory or are images that are always full. */
const pseudo = new Set(
  `proc sysfs devtmpfs devpts tmpfs ramfs rootfs cgroup cgroup2 securityfs pstore bpf debugfs tracefs hugetlbfs mqueue
  configfs fusectl autofs binfmt_misc rpc_pipefs nsfs overlay aufs squashfs erofs cramfs romfs iso9660 udf efivarfs
  selinuxfs smackfs resctrl sunrpc nfsd functionfs bdev dax fuse.lxcfs fuse.snapfuse fuse.portal fuse.gvfsd-fuse
  fuse.rootlessport fuse.fuse-overlayfs`.split(/\s+/),
)

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
