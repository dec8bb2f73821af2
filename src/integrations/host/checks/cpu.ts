import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { HostOptions } from '../options.ts'
import { cpuTimes } from '../proc.ts'
import { hostTexts, judgeRatio, notReadable } from '../texts.ts'

const windowMs = 500

/** How busy the processors are, over half a second. */
export const cpuCheck = defineCheck<HostOptions>()({
  kind: 'host-cpu',
  summary: message('host.cpu-summary', {
    en: () => 'processors are not saturated',
    fr: () => 'les processeurs ne sont pas saturés',
  }),
  options: z.strictObject({
    /** Both limits stand in the guides that Vigie was made for: 75 % is watched, 80 % is alerted. */
    warn: z.number().positive().max(1).default(0.75),
    fail: z.number().positive().max(1).default(0.8),
  }),
  cadence: 'daily',
  criticality: 'important',
  messages: hostTexts,
  // A burst of half a second is no saturation: it has to be there three times.
  retry: { attempts: 3, delayMs: 2000 },
  probe: async (_, __, ctx) => {
    const read = async (): Promise<ReturnType<typeof cpuTimes>> =>
      cpuTimes(await readFile('/proc/stat', 'utf8').catch(() => ''))
    const before = await read()
    await wait(windowMs, undefined, { signal: ctx.signal })
    const after = await read()
    if (before === undefined || after === undefined) return undefined
    return { busyRatio: (after.busy - before.busy) / Math.max(1, after.total - before.total) }
  },
  judge: (sample, limits) =>
    sample === undefined
      ? { status: 'error', reason: notReadable({ file: '/proc/stat' }) }
      : judgeRatio('cpu', sample.busyRatio, limits, { cpu_ratio: sample.busyRatio }),
})
