import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { type ContainerMemory, containerMemory } from '../cgroup.ts'
import { look } from '../look.ts'
import type { HostOptions } from '../options.ts'
import { memoryInfo } from '../proc.ts'
import { hostTexts, judgeRatio, notReadable, ratioLimits } from '../texts.ts'

const cgroup = '/sys/fs/cgroup'

/** Memory that programs could not get any more: all but what the kernel calls available. */
export const memoryCheck = defineCheck<HostOptions>()({
  kind: 'host-memory',
  summary: message('host.memory-summary', { en: () => 'memory is left', fr: () => 'il reste de la mémoire' }),
  /** The guides that Vigie was made for: 80 % is watched, 85 % is alerted. */
  options: z.strictObject(ratioLimits(0.8, 0.85)),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 30_000, alertsBy: 'rules' },
  messages: hostTexts,
  probe: async (_, __, ctx) => {
    const info = memoryInfo((await look('/proc/meminfo', ctx)) ?? '')
    const container: ContainerMemory | undefined = containerMemory({
      max: await look(`${cgroup}/memory.max`, ctx),
      current: await look(`${cgroup}/memory.current`, ctx),
      stat: await look(`${cgroup}/memory.stat`, ctx),
    })
    return { totalBytes: info.get('MemTotal'), availableBytes: info.get('MemAvailable'), container }
  },
  judge: ({ totalBytes, availableBytes, container }, limits) => {
    if (totalBytes === undefined || availableBytes === undefined || totalBytes === 0) {
      return { status: 'error', reason: notReadable({ file: '/proc/meminfo' }) }
    }
    // In a container, programs get what both its own limit and the host leave.
    const isLimited = container !== undefined && container.limitBytes < totalBytes
    const total = isLimited ? container.limitBytes : totalBytes
    const left = isLimited ? Math.max(0, container.limitBytes - container.usedBytes) : availableBytes
    const available = Math.min(left, availableBytes)
    const ratio = 1 - available / total
    return judgeRatio('memory', ratio, limits, {
      memory_ratio: ratio,
      available_bytes: available,
      total_bytes: total,
    })
  },
})
