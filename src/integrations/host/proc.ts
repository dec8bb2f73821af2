/** Readers of Linux's /proc texts: pure, so that captured texts can stand in tests. */

/** Busy and whole time of all processors, in ticks, from /proc/stat. Guest time is part of user time already. */
export function cpuTimes(stat: string): { busy: number; total: number } | undefined {
  const fields = /^cpu\s+(.+)$/m.exec(stat)?.[1]?.trim().split(/\s+/).map(Number)
  if (fields === undefined || fields.length < 5 || fields.some(Number.isNaN)) return undefined
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields
  const busy = user + nice + system + irq + softirq + steal
  return { busy, total: busy + idle + iowait }
}

/** Processors that are online, from /proc/stat: the load counts what runs on all of them, whatever we may use. */
export function processorCount(stat: string): number {
  return stat.match(/^cpu\d+ /gm)?.length ?? 0
}

/** Runnable and uninterruptible tasks, averaged over 1, 5 and 15 minutes, from /proc/loadavg. */
export function loadAverages(loadavg: string): readonly [number, number, number] | undefined {
  const match = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+) /.exec(loadavg)
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])]
}

/** Bytes by name from /proc/meminfo. */
export function memoryInfo(meminfo: string): ReadonlyMap<string, number> {
  const lines = meminfo.matchAll(/^(\w+(?:\(\w+\))?):\s+(\d+)(?: kB)?$/gm)
  return new Map([...lines].map(([, name = '', amount]) => [name, Number(amount) * 1024]))
}
