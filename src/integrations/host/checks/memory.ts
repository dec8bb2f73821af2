import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { HostOptions } from '../options.ts'
import { memoryInfo } from '../proc.ts'
import { hostTexts, judgeRatio, notReadable } from '../texts.ts'

/** Memory that programs could not get any more: all but what the kernel calls available. */
export const memoryCheck = defineCheck<HostOptions>()({
  kind: 'host-memory',
  summary: message('host.memory-summary', { en: () => 'memory is left', fr: () => 'il reste de la mémoire' }),
  options: z.strictObject({
    /** The guides that Vigie was made for: 80 % is watched, 85 % is alerted. */
    warn: z.number().positive().max(1).default(0.8),
    fail: z.number().positive().max(1).default(0.85),
  }),
  cadence: 'daily',
  criticality: 'important',
  messages: hostTexts,
  probe: async () => {
    const info = memoryInfo(await readFile('/proc/meminfo', 'utf8').catch(() => ''))
    return { totalBytes: info.get('MemTotal'), availableBytes: info.get('MemAvailable') }
  },
  judge: ({ totalBytes, availableBytes }, limits) => {
    if (totalBytes === undefined || availableBytes === undefined || totalBytes === 0) {
      return { status: 'error', reason: notReadable({ file: '/proc/meminfo' }) }
    }
    const ratio = 1 - availableBytes / totalBytes
    return judgeRatio('memory', ratio, limits, {
      memory_ratio: ratio,
      available_bytes: availableBytes,
      total_bytes: totalBytes,
    })
  },
})
