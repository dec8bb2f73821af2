import { readFile, statfs } from 'node:fs/promises'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { HistoryPoint } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import { slopePerMs } from '../../../core/trend.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import type { HostOptions } from '../options.ts'
import { realMounts } from '../proc.ts'
import { hostTexts, notReadable } from '../texts.ts'

const dayMs = 86_400_000
const historyMs = 30 * dayMs
/** A line through less than a day is the rhythm of the day, not growth. */
const minimumSpanMs = dayMs

const full = message<{ mount: string; ratio: number; freeBytes: number }>('host.disk-full', {
  en: (p, f) => `${p.mount} is ${f.percent(p.ratio)} full, ${f.bytes(p.freeBytes)} free`,
  fr: (p, f) => `${p.mount} est plein à ${f.percent(p.ratio)}, ${f.bytes(p.freeBytes)} libres`,
})
const inodes = message<{ mount: string; ratio: number }>('host.disk-inodes', {
  en: (p, f) => `${p.mount} has used ${f.percent(p.ratio)} of its inodes: no new file will fit soon`,
  fr: (p, f) =>
    `${p.mount} a consommé ${f.percent(p.ratio)} de ses inodes : bientôt plus aucun fichier ne pourra être créé`,
})
const filling = message<{ mount: string; days: number; bytesPerDay: number }>('host.disk-filling', {
  en: (p, f) => `${p.mount} is full in ${f.number(p.days, 0)} days at ${f.bytes(p.bytesPerDay)} a day`,
  fr: (p, f) => `${p.mount} sera plein dans ${f.number(p.days, 0)} jours, à ${f.bytes(p.bytesPerDay)} par jour`,
})
const remedy = message<{ mount: string }>('host.disk-remedy', {
  en: (p) => `du -xh --max-depth=2 ${p.mount} | sort -h | tail`,
  fr: (p) => `du -xh --max-depth=2 ${p.mount} | sort -h | tail`,
})
const unreadable = message<{ mount: string; detail: string }>('host.disk-unreadable', {
  en: (p) => `could not tell: ${p.mount} does not say how full it is (${p.detail})`,
  fr: (p) => `indéterminé : ${p.mount} ne dit pas son remplissage (${p.detail})`,
})
const fine = message<{ count: number; mount: string; ratio: number }>('host.disk-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 file system', other: `${p.count} file systems` })}, fullest ${p.mount} at ${f.percent(p.ratio)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 système de fichiers', other: `${p.count} systèmes de fichiers` })}, le plus plein ${p.mount} à ${f.percent(p.ratio)}`,
})

export interface DiskSample {
  readonly mount: string
  /** Undefined when the file system did not answer. */
  readonly space:
    | {
        readonly usedBytes: number
        readonly availableBytes: number
        readonly inodes: number
        readonly freeInodes: number
      }
    | undefined
  readonly detail: string
  readonly usedHistory: readonly HistoryPoint[]
}

const ratio = z.number().positive().max(1)

/** Space and inodes of every file system, its growth, and the days until it is full. */
export const diskCheck = defineCheck<HostOptions>()({
  kind: 'host-disk',
  summary: message('host.disk-summary', {
    en: () => 'disks are not filling up',
    fr: () => 'les disques ne se remplissent pas',
  }),
  options: z.strictObject({
    /** 80 % leaves room for a dump of what is there; ext4 keeps 5 % for root, so 90 % is near the end for programs. */
    warn: ratio.default(0.8),
    fail: ratio.default(0.9),
    warnDaysLeft: z.number().positive().default(14),
    failDaysLeft: z.number().positive().default(3),
  }),
  cadence: 'daily',
  criticality: 'critical',
  messages: [...hostTexts, full, inodes, filling, remedy, unreadable, fine],
  probe: async ({ options: { mounts } }, _, ctx): Promise<readonly DiskSample[] | undefined> => {
    const mountinfo = await readFile('/proc/self/mountinfo', 'utf8').catch(() => undefined)
    if (mountinfo === undefined) return undefined
    const samples = realMounts(mountinfo, mounts).map(async ({ mountPoint }): Promise<DiskSample> => {
      const usedHistory = await ctx.history(`used_bytes:${mountPoint}`, historyMs)
      try {
        const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(mountPoint)
        const space = {
          usedBytes: (blocks - bfree) * bsize,
          availableBytes: bavail * bsize,
          inodes: files,
          freeInodes: ffree,
        }
        const now = { at: ctx.clock.now(), value: space.usedBytes }
        return { mount: mountPoint, space, detail: '', usedHistory: [...usedHistory, now] }
      } catch (error) {
        return {
          mount: mountPoint,
          space: undefined,
          detail: error instanceof Error ? error.message : String(error),
          usedHistory,
        }
      }
    })
    const all = await Promise.all(samples)
    ctx.record({
      what: 'statfs',
      output: all.map(({ mount, space, detail }) => `${mount} ${JSON.stringify(space) ?? detail}`).join('\n'),
    })
    return all
  },
  judge: (samples, limits) => {
    if (samples === undefined) return { status: 'error', reason: notReadable({ file: '/proc/self/mountinfo' }) }
    const blind = samples.find(({ space }) => space === undefined)
    if (blind !== undefined)
      return { status: 'error', reason: unreadable({ mount: blind.mount, detail: blind.detail }) }
    const measurements: Record<string, number> = {}
    const findings: FindingDraft[] = []
    let fullest = { mount: '/', ratio: 0 }
    for (const { mount, space, usedHistory } of samples) {
      if (space === undefined || space.usedBytes + space.availableBytes === 0) continue
      // As df counts: what is kept for root is neither used nor available.
      const used = space.usedBytes / (space.usedBytes + space.availableBytes)
      const usedInodes = space.inodes === 0 ? 0 : 1 - space.freeInodes / space.inodes
      const bytesPerDay = (slopePerMs(usedHistory, minimumSpanMs) ?? 0) * dayMs
      const days = bytesPerDay > 0 ? space.availableBytes / bytesPerDay : Number.POSITIVE_INFINITY
      Object.assign(measurements, {
        [`used_ratio:${mount}`]: used,
        [`used_bytes:${mount}`]: space.usedBytes,
        [`free_bytes:${mount}`]: space.availableBytes,
        [`inodes_ratio:${mount}`]: usedInodes,
        [`growth_bytes_per_day:${mount}`]: bytesPerDay,
        ...(Number.isFinite(days) && { [`days_until_full:${mount}`]: days }),
      })
      if (used > fullest.ratio) fullest = { mount, ratio: used }
      const title =
        used >= limits.warn
          ? full({ mount, ratio: used, freeBytes: space.availableBytes })
          : usedInodes >= limits.warn
            ? inodes({ mount, ratio: usedInodes })
            : days <= limits.warnDaysLeft
              ? filling({ mount, days, bytesPerDay })
              : undefined
      const isBad = used >= limits.fail || usedInodes >= limits.fail || days <= limits.failDaysLeft
      if (title !== undefined)
        findings.push({ subject: mount, severity: isBad ? 'high' : 'medium', title, remedy: remedy({ mount }) })
    }
    const seen = { saw: samples.length, measurements }
    const [first] = findings.toSorted((a, b) => Number(b.severity === 'high') - Number(a.severity === 'high'))
    if (first !== undefined) return { status: statusOf(findings), ...seen, findings, reason: first.title }
    return { status: 'pass', ...seen, reason: fine({ count: samples.length, ...fullest }) }
  },
})
