/** What a container may use and uses, in bytes. */
export interface ContainerMemory {
  readonly limitBytes: number
  readonly usedBytes: number
}

/**
 * The memory limit of the container that we run in, from the files of cgroup v2 at the root of its name space; undefined
 * where there is none (the root of a host has no such files). Pages of files that nobody needs are not counted as used:
 * the kernel gives them back first, as `docker stats` and Kubernetes count.
 */
export function containerMemory(files: {
  readonly max: string | undefined
  readonly current: string | undefined
  readonly stat: string | undefined
}): ContainerMemory | undefined {
  const [limitBytes, current] = [files.max, files.current].map((text) =>
    /^\d+\s*$/.test(text ?? '') ? Number(text) : NaN,
  )
  if (limitBytes === undefined || current === undefined || !(limitBytes > 0) || Number.isNaN(current)) return undefined
  const inactive = Number(/^inactive_file (\d+)$/m.exec(files.stat ?? '')?.[1] ?? 0)
  return { limitBytes, usedBytes: Math.max(0, current - inactive) }
}
