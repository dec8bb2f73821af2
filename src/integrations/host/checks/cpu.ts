import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { look } from '../look.ts'
import type { HostOptions } from '../options.ts'
import { cpuTimes } from '../proc.ts'
import { hostTexts, judgeRatio, notReadable, ratioLimits } from '../texts.ts'

const windowMs = 500

/** How busy the processors are, over half a second. */
export const cpuCheck = defineCheck<HostOptions>()({
  kind: 'host-cpu',
  summary: message('host.cpu-summary', {
    en: () => 'processors are not saturated',
    fr: () => 'les processeurs ne sont pas saturés',
  }),
  /** Both limits stand in the guides that Vigie was made for: 75 % is watched, 80 % is alerted. */
  options: z.strictObject(ratioLimits(0.75, 0.8)),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 15_000, alertsBy: 'rules' },
  messages: hostTexts,
  // A burst of half a second is no saturation: it has to be there three times.
  retry: { attempts: 3, delayMs: 2000 },
  probe: async (_, __, ctx) => {
    const read = async (): Promise<ReturnType<typeof cpuTimes>> =>
      cpuTimes((await look('/proc/stat', ctx, (text) => text.split('\n')[0] ?? '')) ?? '')
    const before = await read()
    await wait(windowMs, undefined, { signal: ctx.signal })
    const after = await read()
    if (before === undefined || after === undefined) return undefined
    return { busyTicks: after.busy - before.busy, ticks: after.total - before.total }
  },
  judge: (sample, limits) => {
    // Clocks that stand still, or go back in a virtual machine that was moved, tell nothing.
    if (sample === undefined || sample.ticks <= 0) {
      return { status: 'error', reason: notReadable({ file: '/proc/stat' }) }
    }
    const busyRatio = Math.min(1, Math.max(0, sample.busyTicks / sample.ticks))
    return judgeRatio('cpu', busyRatio, limits, { cpu_ratio: busyRatio })
  },
})
