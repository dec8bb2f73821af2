import * as z from 'zod'
import { defineCheck } from '../../core/check.ts'
import { message } from '../../core/message.ts'
import type { FindingDraft } from '../../core/verdict.ts'
import { type Inspected, inspectBackup, inspectTexts } from '../inspect-backup.ts'
import { latestFirst } from '../latest-first.ts'
import type { EntryOptions, OpenRepository } from '../options.ts'
import { keepVerified } from '../verify/verification.ts'
import {
  damaged,
  makeAnother,
  none,
  sound,
  sourceDiffers,
  sourceRemedy,
  unread,
  unreadHint,
  verifyTexts,
} from '../verify/verify-texts.ts'

const sixHoursMs = 6 * 3_600_000

export interface VerifySample {
  readonly entry: string
  readonly inspected: readonly Inspected[]
  /** Ids of those that were removed: nothing is to be put right on them any more. */
  readonly gone: readonly string[]
}

/** Whether the backups are there whole, and whether some, read byte for byte, hold what was copied. */
export const createVerifyCheck = (open: OpenRepository) =>
  defineCheck<EntryOptions>()({
    kind: 'backups-verify',
    summary: message('backups.verify-summary', {
      en: () => 'backups are there, with the right sizes and bytes, and hold what was copied',
      fr: () => 'les sauvegardes sont là, aux bonnes tailles, aux bons octets, et contiennent ce qui a été copié',
    }),
    options: z.strictObject({
      /** Of which every byte is read: of the newest, of all, of none. The others are looked at for their sizes. */
      read: z.enum(['last', 'all', 'none']).default('last'),
      /** Only this one, by its id. */
      backup: z.string().min(1).optional(),
    }),
    cadence: 'weekly',
    criticality: 'critical',
    timeoutMs: sixHoursMs,
    messages: [...verifyTexts, ...inspectTexts],
    probe: async (component, { read, backup }, ctx): Promise<VerifySample> => {
      const repository = await open(component.options.to, ctx)
      const there = (await ctx.backups.list(component.name)).filter(
        ({ id, status, removedAt, place }) =>
          removedAt === undefined &&
          (status === 'succeeded' || status === 'partial') &&
          place === repository.place &&
          (backup === undefined || id === backup),
      )
      const records = latestFirst(there, ctx.clock.now())
      const inspected: Inspected[] = []
      for (const [index, record] of records.entries()) {
        ctx.progress(index / records.length)
        const readsAll = backup !== undefined || read === 'all' || (read === 'last' && index === 0)
        const one = await inspectBackup(component, record, { repository, readsAll }, ctx)
        // A prune may have let it go meanwhile; that is no damage.
        const isThere = async (): Promise<boolean> =>
          (await ctx.backups.list(component.name, 'there')).some(({ id }) => id === record.id)
        if (one.problem === undefined || (await isThere())) inspected.push(one)
      }
      await keepVerified(inspected, ctx)
      const gone = (await ctx.backups.list(component.name)).filter(({ removedAt }) => removedAt !== undefined)
      return { entry: component.name, inspected, gone: gone.map(({ id }) => id) }
    },
    judge: ({ entry, inspected, gone }) => {
      const bad = inspected.filter(({ problem }) => problem !== undefined)
      const measurements = { backups: inspected.length, damaged_backups: bad.length }
      if (inspected.length === 0) return { status: 'error', reason: none({}) }
      const saw = inspected.length
      // A byte that was wrong is not right again because only the size was looked at.
      const read = inspected.filter(({ wasRead, isLocked }) => wasRead || isLocked)
      const isLocked = inspected.some((one) => one.isLocked)
      const covers = [...read.map(({ id }) => id), ...gone, ...sourcesIn(inspected), ...(isLocked ? [] : [''])]
      const ofSource = sourceFindings(inspected)
      if (bad.length > 0) {
        const findings = bad.flatMap(({ id, problem }): FindingDraft[] =>
          problem === undefined
            ? []
            : [{ subject: id, severity: 'critical', title: problem.text, remedy: makeAnother({ entry }) }],
        )
        const reason = damaged({ count: bad.length, of: saw })
        return { status: 'fail', reason, findings: [...findings, ...ofSource], saw, covers, measurements }
      }
      const [source] = ofSource
      if (source !== undefined)
        return { status: 'fail', reason: source.title, findings: ofSource, saw, covers, measurements }
      if (isLocked) {
        const count = inspected.filter((one) => one.isLocked).length
        return { status: 'warn', reason: unread({ count }), remedy: unreadHint({}), saw, covers, measurements }
      }
      const readCount = inspected.filter(({ wasRead }) => wasRead).length
      const compared = inspected.reduce((sum, { answers }) => sum + answers.length, 0)
      return { status: 'pass', reason: sound({ count: saw, read: readCount, compared }), saw, covers, measurements }
    },
  })

/** What the living was compared by; each is told once, by the newest backup that it was compared with. */
function sourceFindings(inspected: readonly Inspected[]): readonly FindingDraft[] {
  const found = new Map<string, FindingDraft>()
  for (const { id, answers } of inspected)
    for (const { component, name, status, actual, isOfSource } of answers) {
      const subject = sourceSubject(component)
      if (isOfSource !== true || status === 'pass' || found.has(subject)) continue
      const title = sourceDiffers({ component, name, actual, id })
      found.set(subject, { subject, severity: 'high', title, remedy: sourceRemedy({ id, component }) })
    }
  return [...found.values()]
}

/** The newest backup may have copied what had gone wrong by then: only all of them together say that nothing has. */
function sourcesIn(inspected: readonly Inspected[]): readonly string[] {
  if (!inspected.every(({ wasRead }) => wasRead)) return []
  const of = inspected.flatMap(({ answers }) => answers.filter(({ isOfSource }) => isOfSource === true))
  return [...new Set(of.map(({ component }) => sourceSubject(component)))]
}

function sourceSubject(component: string): string {
  return `source ${component}`
}
