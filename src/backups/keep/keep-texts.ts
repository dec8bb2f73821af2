import { message } from '../../core/message.ts'
import type { Period } from './periods.ts'

const periodNames = {
  en: { days: 'day', weeks: 'week', months: 'month', years: 'year' },
  fr: { days: 'son jour', weeks: 'sa semaine', months: 'son mois', years: 'son année' },
} as const satisfies Readonly<Record<'en' | 'fr', Readonly<Record<Period, string>>>>

export const isRunning = message('backups.keep-running', {
  en: () => 'it is being made, or was cut off',
  fr: () => 'elle est en cours, ou a été interrompue',
})
export const isDatedAhead = message<{ startedAt: string }>('backups.keep-ahead', {
  en: (p, f) => `it is dated ahead (${f.dateTime(p.startedAt)}): a clock was wrong`,
  fr: (p, f) => `elle est datée du futur (${f.dateTime(p.startedAt)}) : une horloge était fausse`,
})
export const isElsewhere = message<{ place: string }>('backups.keep-elsewhere', {
  en: (p) => `it lies elsewhere, in ${p.place}`,
  fr: (p) => `elle se trouve ailleurs, dans ${p.place}`,
})
export const hasNoManifest = message('backups.keep-no-manifest', {
  en: () => 'its manifest, or what it is a difference to, is gone: somebody must look at it first',
  fr: () => "son manifeste, ou ce dont elle est la différence, a disparu : il faut d'abord l'examiner",
})
export const isLastGood = message<{ component: string }>('backups.keep-last-good', {
  en: (p) => `it is the last good one of "${p.component}"`,
  fr: (p) => `c'est la dernière bonne de « ${p.component} »`,
})
export const isLastProved = message<{ component: string }>('backups.keep-last-proved', {
  en: (p) => `it is the last proved one of "${p.component}"`,
  fr: (p) => `c'est la dernière prouvée de « ${p.component} »`,
})
export const isNeeded = message<{ by: string }>('backups.keep-needed', {
  en: (p) => `${p.by} is a difference to it`,
  fr: (p) => `${p.by} en est une différence`,
})
export const isWithin = message<{ forMs: number }>('backups.keep-for', {
  en: (p, f) => `it is less than ${f.duration(p.forMs)} older than the newest`,
  fr: (p, f) => `elle a moins de ${f.duration(p.forMs)} de plus que la plus récente`,
})
export const isOfTheLast = message<{ last: number }>('backups.keep-last', {
  en: (p) => `it is one of the last ${p.last}`,
  fr: (p) => `elle fait partie des ${p.last} dernières`,
})
export const isOfPeriod = message<{ period: Period; of: string }>('backups.keep-period', {
  en: (p) => `it is the newest of its ${periodNames.en[p.period]} (${p.of})`,
  fr: (p) => `c'est la plus récente de ${periodNames.fr[p.period]} (${p.of})`,
})
export const isYoung = message<{ unfinishedMs: number }>('backups.keep-unfinished', {
  en: (p, f) => `it is not whole, and kept ${f.duration(p.unfinishedMs)} to be looked into`,
  fr: (p, f) => `elle n'est pas entière, et gardée ${f.duration(p.unfinishedMs)} pour être examinée`,
})
export const isOnlyTry = message('backups.keep-no-newer', {
  en: () => 'there is no newer good one',
  fr: () => "il n'y en a pas de bonne plus récente",
})

export const isOld = message<{ id: string; startedAt: string }>('backups.go-old', {
  en: (p, f) => `remove ${p.id}, of ${f.date(p.startedAt)}: no rule keeps it`,
  fr: (p, f) => `supprimer ${p.id}, du ${f.date(p.startedAt)} : aucune règle ne la garde`,
})
export const isReplaced = message<{ id: string; startedAt: string; by: string }>('backups.go-replaced', {
  en: (p, f) => `remove ${p.id}, of ${f.date(p.startedAt)}: it is partial, and ${p.by} after it is whole`,
  fr: (p, f) => `supprimer ${p.id}, du ${f.date(p.startedAt)} : partielle, et ${p.by} qui la suit est entière`,
})
export const hasFailed = message<{ id: string; startedAt: string; by: string }>('backups.go-failed', {
  en: (p, f) => `remove ${p.id}, of ${f.date(p.startedAt)}: it failed, and ${p.by} after it is good`,
  fr: (p, f) => `supprimer ${p.id}, du ${f.date(p.startedAt)} : échouée, et ${p.by} qui la suit est bonne`,
})

export const keepTexts = [
  ...[isRunning, isDatedAhead, isElsewhere, hasNoManifest, isLastGood, isLastProved, isNeeded, isWithin, isOfTheLast],
  ...[isOfPeriod, isYoung, isOnlyTry, isOld, isReplaced, hasFailed],
]
