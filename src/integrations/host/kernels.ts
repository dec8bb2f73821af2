/** A kernel's release as packages name it: what is compared, and the flavour, which only an update of its own kind replaces. */
interface Release {
  readonly version: string
  /** `-amd64`, `-cloud-amd64`, `-generic`; empty where the distribution has none (RHEL). */
  readonly flavour: string
}

/**
 * The newest of the `installed` kernels that would replace the `running` one at a reboot, when it is newer; 'same' when
 * the running one is the newest; undefined when these kernels say nothing of it (a container, a kernel from elsewhere).
 */
export function newerKernel(running: string, installed: readonly string[]): { newest: string } | 'same' | undefined {
  const own = releaseOf(running)
  const kin = installed.filter((name) => releaseOf(name).flavour === own.flavour && /^\d/.test(name))
  const newest = kin.toSorted((a, b) => compareVersions(releaseOf(a).version, releaseOf(b).version)).at(-1)
  if (newest === undefined) return undefined
  const order = compareVersions(releaseOf(newest).version, own.version)
  if (order > 0) return { newest }
  return kin.includes(running) ? 'same' : undefined
}

function releaseOf(name: string): Release {
  const flavour = /-[a-z].*$/.exec(name)?.[0] ?? ''
  return { version: name.slice(0, name.length - flavour.length), flavour }
}

/** Numbers as numbers, letters as letters: 6.1.0-9 stands before 6.1.0-10. */
function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.match(/\d+|[a-z]+/g) ?? [])
  for (let at = 0; at < Math.max(a?.length ?? 0, b?.length ?? 0); at++) {
    const [x, y] = [a?.[at], b?.[at]]
    if (x === undefined || y === undefined) return x === undefined ? -1 : 1
    const areNumbers = /^\d/.test(x) && /^\d/.test(y)
    const difference = areNumbers ? Number(x) - Number(y) : x < y ? -1 : x > y ? 1 : 0
    if (difference !== 0) return difference
  }
  return 0
}
