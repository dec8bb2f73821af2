import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { HistoryPoint } from '../../../core/context.ts'
import { durationSchema } from '../../../core/duration.ts'
import { shellWord } from '../../../core/shell-word.ts'
import { slopePerMs } from '../../../core/trend.ts'
import { type FindingDraft, statusOf } from '../../../core/verdict.ts'
import { parseMounts } from '../../../platform/mount-table.ts'
import {
  diskProblem,
  diskSummary,
  diskTexts,
  fine,
  notMounted,
  notMountedRemedy,
  unreadable,
  unreadableRemedy,
} from '../disk-texts.ts'
import { look } from '../look.ts'
import { realMounts } from '../mounts.ts'
import type { HostOptions } from '../options.ts'
import { type Space, spaceOf } from '../space.ts'
import { hostTexts, notReadable } from '../texts.ts'

const dayMs = 86_400_000
const historyMs = 30 * dayMs
/** A line through less than a day is the rhythm of the day, not growth. */
const minimumSpanMs = dayMs

export interface DiskSample {
  readonly mount: string
  /** A text is why the file system does not say; undefined that nothing is mounted there. */
  readonly space: Space | string | undefined
  /** Bytes used in the past and now. */
  readonly usedHistory: readonly HistoryPoint[]
}

const ratio = z.number().positive().max(1)

/** Space and inodes of every file system, its growth, and the days until it is full. */
export const diskCheck = defineCheck<HostOptions>()({
  kind: 'host-disk',
  summary: diskSummary,
  options: z.strictObject({
    /** 80 % leaves room for a dump of what is there; ext4 keeps 5 % for root, so 90 % is near the end for programs. */
    warn: ratio.default(0.8),
    fail: ratio.default(0.9),
    /** Two weekly routines ahead; and less than a long week-end, when nobody may look. */
    warnDaysLeft: z.number().positive().default(14),
    failDaysLeft: z.number().positive().default(3),
    /** How long a file system may take to say how full it is: one that hangs must not hang the check. */
    answerWithin: durationSchema.default(5000),
  }),
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 60_000, alertsBy: 'rules' },
  messages: [...hostTexts, ...diskTexts],
  probe: async ({ options }, { answerWithin }, ctx): Promise<readonly DiskSample[] | undefined> => {
    const mountinfo = await look('/proc/self/mountinfo', ctx)
    if (mountinfo === undefined) return undefined
    const mounts = realMounts(parseMounts(mountinfo), { also: options.mounts, ignore: options.ignoreMounts })
    const seen = mounts.map(async (mount): Promise<DiskSample> => {
      const space = await spaceOf(mount, answerWithin, ctx)
      ctx.record({
        what: `statfs ${mount.mountPoint}`,
        output: typeof space === 'string' ? space : JSON.stringify(space),
      })
      const usedHistory = await ctx.history(`used_bytes:${mount.mountPoint}`, historyMs)
      const now = typeof space === 'string' ? [] : [{ at: ctx.clock.now(), value: space.usedBytes }]
      return { mount: mount.mountPoint, space, usedHistory: [...usedHistory, ...now] }
    })
    const missing = options.mounts.filter((named) => !mounts.some(({ mountPoint }) => mountPoint === named))
    return [...(await Promise.all(seen)), ...missing.map((mount) => ({ mount, space: undefined, usedHistory: [] }))]
  },
  judge: (samples, limits) => {
    if (samples === undefined) return { status: 'error', reason: notReadable({ file: '/proc/self/mountinfo' }) }
    const measurements: Record<string, number> = {}
    const findings: FindingDraft[] = []
    const blind: FindingDraft[] = []
    const covers: string[] = []
    let fullest = { mount: '/', ratio: 0 }
    for (const { mount, space, usedHistory } of samples) {
      if (typeof space !== 'object') {
        const path = shellWord(mount)
        const told =
          space === undefined
            ? { title: notMounted({ mount }), remedy: notMountedRemedy({ path }) }
            : { title: unreadable({ mount, detail: space }), remedy: unreadableRemedy({ path }) }
        blind.push({ subject: mount, severity: 'medium', ...told })
        continue
      }
      // A file system without any blocks is none that could fill up.
      if (space.usedBytes + space.availableBytes === 0) continue
      const level = levelOf(space, usedHistory)
      for (const [name, value] of Object.entries(level.measurements)) measurements[`${name}:${mount}`] = value
      if (level.used > fullest.ratio) fullest = { mount, ratio: level.used }
      covers.push(mount)
      const problem = diskProblem(mount, space, level, limits)
      if (problem !== undefined) findings.push(problem)
    }
    const [first] = findings.toSorted((a, b) => Number(b.severity === 'high') - Number(a.severity === 'high'))
    const [firstBlind] = blind
    // What is known to be full is said even where another file system could not be looked at, which is then said as well.
    if (first !== undefined) {
      const all = [...findings, ...blind]
      return {
        status: statusOf(all),
        saw: covers.length,
        covers,
        measurements,
        findings: all,
        reason: first.title,
        ...(first.remedy && { remedy: first.remedy }),
      }
    }
    if (firstBlind !== undefined) {
      const { title: reason, remedy } = firstBlind
      return { status: 'error', reason, ...(remedy && { remedy }), measurements }
    }
    const reason = fine({ count: covers.length, ...fullest })
    return { status: 'pass', saw: covers.length, covers, measurements, reason }
  },
})

/** Ratios and growth of one file system. What is not known is no measurement. */
function levelOf(space: Space, usedHistory: readonly HistoryPoint[]) {
  const { usedBytes, availableBytes, inodes, freeInodes } = space
  // As df counts: what is kept for root is neither used nor available.
  const used = usedBytes / (usedBytes + availableBytes)
  const usedInodes = inodes === 0 ? undefined : 1 - freeInodes / inodes
  const slope = slopePerMs(usedHistory, minimumSpanMs)
  const bytesPerDay = slope === undefined ? undefined : slope * dayMs
  const daysLeft = bytesPerDay !== undefined && bytesPerDay > 0 ? availableBytes / bytesPerDay : undefined
  const measurements: Record<string, number> = {
    used_ratio: used,
    used_bytes: usedBytes,
    free_bytes: availableBytes,
    ...(usedInodes !== undefined && { inodes_ratio: usedInodes }),
    ...(bytesPerDay !== undefined && { growth_bytes_per_day: bytesPerDay }),
    ...(daysLeft !== undefined && { days_until_full: daysLeft }),
  }
  return { used, usedInodes, bytesPerDay, daysLeft, measurements }
}
