import { dirname } from 'node:path'
import { readMounts } from '../../platform/mount-table.ts'
import { isBelow } from './paths.ts'

/** The mount points at or below a folder, each with its type. Device numbers alone do not show a bind mount. */
export async function mountsBelow(root: string): Promise<ReadonlyMap<string, string>> {
  const mounts = await readMounts()
  return new Map(mounts.filter((one) => isBelow(one.mountPoint, root)).map((one) => [one.mountPoint, one.type]))
}

/** The mount point between a file and the folder it was found in, the file's own path included; undefined when there is none. */
export function borderAbove(path: string, root: string, mounts: ReadonlyMap<string, string>): string | undefined {
  for (let at = path; isBelow(at, root); at = dirname(at)) if (mounts.has(at)) return at
  return undefined
}

/** Views of the kernel: nobody keeps a file there, and to look at all of them never ends. Source: filesystems(5), proc(5). */
const kernelViews = new Set(
  `proc sysfs devtmpfs devpts cgroup cgroup2 securityfs pstore bpf debugfs tracefs mqueue configfs fusectl binfmt_misc
  rpc_pipefs nsfs nfsd efivarfs selinuxfs smackfs resctrl functionfs`.split(/\s+/),
)

export function isKernelView(type: string | undefined): boolean {
  return type !== undefined && kernelViews.has(type)
}
