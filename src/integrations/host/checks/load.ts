import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { HostOptions } from '../options.ts'
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
  messages: hostTexts,
  probe: async () => {
    const text = await readFile('/proc/loadavg', 'utf8').catch(() => '')
    const [load1, load5, load15] = text.split(' ').slice(0, 3).map(Number)
    return { load1, load5, load15, processors: availableParallelism() }
  },
  judge: ({ load1, load5, load15, processors }, limits) => {
    if (load1 === undefined || load5 === undefined || load15 === undefined || Number.isNaN(load5)) {
      return { status: 'error', reason: notReadable({ file: '/proc/loadavg' }) }
    }
    return judgeRatio('load', load5 / processors, limits, {
      load_1m: load1,
      load_5m: load5,
      load_15m: load15,
      processors,
    })
  },
})
