import * as z from 'zod'
import type { BackupRecord } from '../../core/backup-record.ts'
import { defineCheck } from '../../core/check.ts'
import { byNewest, isAhead, isGoodCopy, recordsById } from '../../core/good-copy.ts'
import { message } from '../../core/message.ts'
import { type FindingDraft, statusOf } from '../../core/verdict.ts'
import { ageLimit } from '../age-limit.ts'
import type { EntryOptions } from '../options.ts'

const none = message<{ component: string }>('backups.fresh-none', {
  en: (p) => `there is no good backup of "${p.component}"`,
  fr: (p) => `il n'y a aucune bonne sauvegarde de « ${p.component} »`,
})
const tooOld = message<{ component: string; id: string; startedAt: string; limitMs: number }>('backups.fresh-old', {
  en: (p, f) =>
    `the last good backup of "${p.component}", ${p.id}, is of ${f.dateTime(p.startedAt)}: more than ${f.duration(p.limitMs)} ago`,
  fr: (p, f) =>
    `la dernière bonne sauvegarde de « ${p.component} », ${p.id}, date de ${f.dateTime(p.startedAt)} : plus de ${f.duration(p.limitMs)}`,
})
const dated = message<{ id: string; startedAt: string }>('backups.fresh-ahead', {
  en: (p, f) => `${p.id} is dated ahead (${f.dateTime(p.startedAt)}): a clock was or is wrong, and it does not count`,
  fr: (p, f) =>
    `${p.id} est datée du futur (${f.dateTime(p.startedAt)}) : une horloge est fausse, et elle ne compte pas`,
})
const setClock = message('backups.fresh-ahead-remedy', {
  en: () => 'Look at the clock of this machine (timedatectl), then make a new one: vigie backups create',
  fr: () => "Vérifiez l'horloge de cette machine (timedatectl), puis refaites-en une : vigie backups create",
})
const makeOne = message<{ entry: string }>('backups.fresh-remedy', {
  en: (p) => `Make one now and see why none came: vigie run ${p.entry}/create`,
  fr: (p) => `Faites-en une maintenant et voyez pourquoi aucune n'est venue : vigie run ${p.entry}/create`,
})
const fine = message<{ count: number; ageMs: number; limitMs: number }>('backups.fresh-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: 'the component has', other: `${f.number(p.count, 0)} components have` })} a good backup, ${f.duration(p.ageMs)} old at most (limit ${f.duration(p.limitMs)})`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: 'le composant a', other: `${f.number(p.count, 0)} composants ont` })} une bonne sauvegarde, de ${f.duration(p.ageMs)} au plus (limite ${f.duration(p.limitMs)})`,
})

export interface FreshSample {
  readonly entry: string
  readonly what: readonly string[]
  readonly records: readonly BackupRecord[]
  readonly limitMs: number
  readonly now: Date
}

/** Whether each component has a good backup that is young enough: by the book alone, so that it tells when nothing makes any. */
export const freshCheck = defineCheck<EntryOptions>()({
  kind: 'backups-fresh',
  summary: message('backups.fresh-summary', {
    en: () => 'each component has a good backup that is young enough',
    fr: () => 'chaque composant a une bonne sauvegarde assez récente',
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'critical',
  watch: { everyMs: 300_000, alertsBy: 'status' },
  messages: [none, tooOld, dated, setClock, makeOne, fine],
  probe: async ({ name, options }, _, { backups, clock }): Promise<FreshSample> => ({
    ...{ entry: name, what: options.what, limitMs: ageLimit(options), now: clock.now() },
    records: await backups.list(name, 'there'),
  }),
  judge: ({ entry, what, records, limitMs, now }) => {
    const byId = recordsById(records)
    const remedy = makeOne({ entry })
    const findings: FindingDraft[] = []
    const ages: Record<string, number> = {}
    const there = records.filter(({ removedAt }) => removedAt === undefined).toSorted(byNewest)
    for (const component of what) {
      const last = there.find((record) => !isAhead(record, now) && isGoodCopy(record, component, byId))
      if (last === undefined) {
        findings.push({ subject: component, severity: 'critical', title: none({ component }), remedy })
        continue
      }
      const ageMs = Math.max(0, now.getTime() - last.startedAt.getTime())
      ages[`age_ms:${component}`] = ageMs
      if (ageMs <= limitMs) continue
      const title = tooOld({ component, id: last.id, startedAt: last.startedAt.toISOString(), limitMs })
      findings.push({ subject: component, severity: 'critical', title, remedy })
    }
    const ahead = there.find((record) => isAhead(record, now))
    if (ahead !== undefined) {
      const title = dated({ id: ahead.id, startedAt: ahead.startedAt.toISOString() })
      findings.push({ subject: 'clock', severity: 'medium', title, remedy: setClock({}) })
    }
    const told = { saw: what.length, measurements: ages }
    const [first] = findings
    if (first !== undefined) return { status: statusOf(findings), ...told, reason: first.title, findings }
    const ageMs = Math.max(...Object.values(ages))
    return { status: 'pass', ...told, reason: fine({ count: what.length, ageMs, limitMs }) }
  },
})
