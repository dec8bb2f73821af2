import { setTimeout as wait } from 'node:timers/promises'
import { median } from '../report.ts'
import { type Usage, usageOf } from './process-usage.ts'

/** What a program used over a time. */
export interface Observed {
  readonly cpuSeconds: number
  readonly seconds: number
  /** The median over the time. */
  readonly rssMb: number
  readonly pssMb: number
  /** Since the program began. */
  readonly peakMb: number
}

const everyMs = 2000

/** Looks at programs side by side for so long: each is given by the processes that it began with. */
export async function observe(programs: readonly (readonly number[])[], seconds: number): Promise<readonly Observed[]> {
  const began = performance.now()
  const looks: Usage[][] = programs.map((pids) => [usageOf(pids)])
  for (;;) {
    const leftMs = began + seconds * 1000 - performance.now()
    if (leftMs <= 0) break
    await wait(Math.min(everyMs, leftMs))
    for (const [index, pids] of programs.entries()) looks[index]?.push(usageOf(pids))
  }
  const passed = (performance.now() - began) / 1000
  return looks.map((all) => ({
    cpuSeconds: (all.at(-1)?.cpuSeconds ?? 0) - (all[0]?.cpuSeconds ?? 0),
    seconds: passed,
    rssMb: median(all.map(({ rssMb }) => rssMb)),
    pssMb: median(all.map(({ pssMb }) => pssMb)),
    peakMb: Math.max(...all.map(({ peakMb }) => peakMb)),
  }))
}
