import { readFile } from 'node:fs/promises'

export interface Mount {
  readonly mountPoint: string
  /** What of the file system is mounted: `/` for all of it. */
  readonly root: string
  /** Major and minor number of the device: equal for all bind mounts of a file system. */
  readonly device: string
  readonly type: string
}

/** What is mounted, as this process sees it; nothing where the system is not Linux. Throws when Linux does not tell. */
export async function readMounts(): Promise<readonly Mount[]> {
  return process.platform === 'linux' ? parseMounts(await readFile('/proc/self/mountinfo', 'utf8')) : []
}

/** What is mounted, from /proc/self/mountinfo (proc(5)). Of several mounts on one point only the last can be seen. */
export function parseMounts(mountinfo: string): readonly Mount[] {
  const visible = new Map<string, Mount>()
  for (const line of mountinfo.split('\n')) {
    const [left = '', right] = line.split(' - ')
    const [, , device, root = '', point] = left.split(' ')
    if (right === undefined || device === undefined || point === undefined) continue
    const mountPoint = unescaped(point)
    visible.set(mountPoint, { mountPoint, root: unescaped(root), device, type: right.split(' ')[0] ?? '' })
  }
  return [...visible.values()]
}

/** Spaces, tabs, line ends and backslashes are written as octal escapes. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 8)))
}
