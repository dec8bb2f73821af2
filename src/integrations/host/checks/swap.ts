import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { look } from '../look.ts'
import type { HostOptions } from '../options.ts'
import { memoryInfo } from '../proc.ts'
import { hostTexts, judgeRatio, notReadable, ratioLimits } from '../texts.ts'

const noSwap = message('host.no-swap', {
  en: () => 'this host has no swap',
  fr: () => "cet hôte n'a pas d'espace d'échange",
})

/** How full the swap is. */
export const swapCheck = defineCheck<HostOptions>()({
  kind: 'host-swap',
  summary: message('host.swap-summary', {
    en: () => 'swap is not filling up',
    fr: () => "l'espace d'échange ne se remplit pas",
  }),
  /** Half-full swap means that memory was short for long; past 80 % the out-of-memory killer is near. */
  options: z.strictObject(ratioLimits(0.5, 0.8)),
  cadence: 'daily',
  criticality: 'informative',
  watch: { everyMs: 60_000, alertsBy: 'rules' },
  messages: [...hostTexts, noSwap],
  probe: async (_, __, ctx) => {
    const info = memoryInfo((await look('/proc/meminfo', ctx)) ?? '')
    return { totalBytes: info.get('SwapTotal'), freeBytes: info.get('SwapFree') }
  },
  judge: ({ totalBytes, freeBytes }, limits) => {
    if (totalBytes === undefined || freeBytes === undefined) {
      return { status: 'error', reason: notReadable({ file: '/proc/meminfo' }) }
    }
    if (totalBytes === 0) return { status: 'skipped', because: 'by-design', reason: noSwap({}) }
    const ratio = 1 - freeBytes / totalBytes
    return judgeRatio('swap', ratio, limits, { swap_ratio: ratio })
  },
})
