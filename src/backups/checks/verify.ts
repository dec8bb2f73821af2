import * as z from 'zod'
import { defineCheck } from '../../core/check.ts'
import { message } from '../../core/message.ts'
import type { FindingDraft } from '../../core/verdict.ts'
import { type Inspected, inspectBackup, inspectTexts } from '../inspect-backup.ts'
import { latestFirst } from '../latest-first.ts'
import type { EntryOptions, OpenRepository } from '../options.ts'

const sixHoursMs = 6 * 3_600_000

const none = message('backups.verify-none', {
  en: () => 'there is no backup to verify',
  fr: () => "il n'y a aucune sauvegarde à vérifier",
})
const damaged = message<{ count: number; of: number }>('backups.verify-damaged', {
  en: (p, f) =>
    `${f.number(p.count)} of ${f.plural(p.of, { one: '1 backup', other: `${f.number(p.of)} backups` })} cannot be relied on`,
  fr: (p, f) =>
    `${f.number(p.count)} sur ${f.plural(p.of, { one: '1 sauvegarde', other: `${f.number(p.of)} sauvegardes` })} : on ne peut pas s'y fier`,
})
const sound = message<{ count: number; read: number }>('backups.verify-sound', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 backup is', other: `${f.number(p.count)} backups are` })} there with ${p.count === 1 ? 'its size' : 'their sizes'}; every byte of ${f.number(p.read)} was read`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 sauvegarde présente', other: `${f.number(p.count)} sauvegardes présentes` })}, aux bonnes tailles ; chaque octet de ${f.number(p.read)} a été lu`,
})
const unread = message<{ count: number }>('backups.verify-unread', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 backup is', other: `${f.number(p.count)} backups are` })} there, but encrypted for a key that is not on this machine: what is in ${p.count === 1 ? 'it' : 'them'} was not proved`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 sauvegarde présente, mais chiffrée', other: `${f.number(p.count)} sauvegardes présentes, mais chiffrées` })} pour une clé absente de cette machine : le contenu n'est pas prouvé`,
})
const unreadHint = message('backups.verify-unread-hint', {
  en: () => 'Drill where the key is, or give it here: encrypt: { identity: secretFile(…) }',
  fr: () => "Faites l'exercice là où est la clé, ou donnez-la ici : encrypt: { identity: secretFile(…) }",
})
const makeAnother = message<{ entry: string }>('backups.verify-remedy', {
  en: (p) => `Make a new one now: vigie backups create ${p.entry}. The other good ones still count.`,
  fr: (p) =>
    `Faites-en une autre maintenant : vigie backups create ${p.entry}. Les autres, intactes, comptent toujours.`,
})

export interface VerifySample {
  readonly entry: string
  readonly inspected: readonly Inspected[]
}

/** Whether the backups are there whole, and whether the bytes of some are what was written. */
export const createVerifyCheck = (open: OpenRepository) =>
  defineCheck<EntryOptions>()({
    kind: 'backups-verify',
    summary: message('backups.verify-summary', {
      en: () => 'backups are there, with the right sizes and bytes',
      fr: () => 'les sauvegardes sont là, aux bonnes tailles et aux bons octets',
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
    messages: [none, damaged, sound, unread, unreadHint, makeAnother, ...inspectTexts],
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
      return { entry: component.name, inspected }
    },
    judge: ({ entry, inspected }) => {
      const bad = inspected.filter(({ problem }) => problem !== undefined)
      const measurements = { backups: inspected.length, damaged_backups: bad.length }
      if (inspected.length === 0) return { status: 'error', reason: none({}) }
      const saw = inspected.length
      const covers = inspected.map(({ id }) => id)
      if (bad.length > 0) {
        const findings = bad.flatMap(({ id, problem }): FindingDraft[] =>
          problem === undefined
            ? []
            : [{ subject: id, severity: 'critical', title: problem.text, remedy: makeAnother({ entry }) }],
        )
        return { status: 'fail', reason: damaged({ count: bad.length, of: saw }), findings, saw, covers, measurements }
      }
      const locked = inspected.filter(({ isLocked }) => isLocked).length
      if (locked > 0)
        return { status: 'warn', reason: unread({ count: locked }), remedy: unreadHint({}), saw, covers, measurements }
      const readCount = inspected.filter(({ wasRead }) => wasRead).length
      return { status: 'pass', reason: sound({ count: saw, read: readCount }), saw, covers, measurements }
    },
  })
