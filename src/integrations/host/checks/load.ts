import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { look } from '../look.ts'
import type { HostOptions } from '../options.ts'
import { loadAverages, processorCount } from '../proc.ts'
import { hostTexts, judgeRatio, notReadable } from '../texts.ts'

/** The load of the last five minutes for each processor. */
export const loadCheck = defineCheck<HostOptions>()({
  kind: 'host-load',
  summary: message('host.load-summary', {
    en: () => 'the load fits the processors',
    fr: () => 'la charge convient aux processeurs',
  }),
  options: z.strictObject({
    /** 1 is every processor wanted all the time (Gregg, Systems Performance, 6.6.1: compare load with the CPU count). */
    warn: z.number().positive().default(1),
    fail: z.number().positive().default(2),
  }),
  cadence: 'daily',
  criticality: 'informative',
  watch: { everyMs: 60_000, alertsBy: 'rules' },
  messages: hostTexts,
  probe: async (_, __, ctx) => ({
    averages: loadAverages((await look('/proc/loadavg', ctx)) ?? ''),
    processors: processorCount((await look('/proc/stat', ctx, (text) => text.replace(/\nintr[\s\S]*/, ''))) ?? ''),
  }),
  judge: ({ averages, processors }, limits) => {
    if (averages === undefined) return { status: 'error', reason: notReadable({ file: '/proc/loadavg' }) }
    if (processors === 0) return { status: 'error', reason: notReadable({ file: '/proc/stat' }) }
    const [load1, load5, load15] = averages.map((load) => load / processors)
    return judgeRatio('load', load5 ?? 0, limits, {
      load_1m_ratio: load1 ?? 0,
      load_5m_ratio: load5 ?? 0,
      load_15m_ratio: load15 ?? 0,
      processors,
    })
  },
})
