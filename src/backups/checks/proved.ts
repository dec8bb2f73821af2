import * as z from 'zod'
import type { BackupRecord, DrillRecord } from '../../core/backup-record.ts'
import { defineCheck } from '../../core/check.ts'
import { componentsOf, isAhead, isGoodCopy, recordsById } from '../../core/good-copy.ts'
import { message } from '../../core/message.ts'
import { type FindingDraft, statusOf } from '../../core/verdict.ts'
import type { EntryOptions } from '../options.ts'

const none = message<{ component: string }>('backups.proved-none', {
  en: (p) => `there is no good backup of "${p.component}" that a drill could prove`,
  fr: (p) => `il n'y a aucune bonne sauvegarde de « ${p.component} » qu'un exercice puisse prouver`,
})
const never = message<{ component: string }>('backups.proved-never', {
  en: (p) => `no backup of "${p.component}" that is still there was ever proved by a drill`,
  fr: (p) => `aucune des sauvegardes présentes de « ${p.component} » n'a été prouvée par un exercice`,
})
const tooOld = message<{ component: string; id: string; provedAt: string; limitMs: number }>('backups.proved-old', {
  en: (p, f) =>
    `"${p.component}" was last proved ${f.dateTime(p.provedAt)} (${p.id}): more than ${f.duration(p.limitMs)} ago`,
  fr: (p, f) =>
    `« ${p.component} » a été prouvé pour la dernière fois ${f.dateTime(p.provedAt)} (${p.id}) : plus de ${f.duration(p.limitMs)}`,
})
const failed = message<{ id: string; code: string; at: string }>('backups.proved-failed', {
  en: (p, f) => `the last drill, of ${p.id} ${f.dateTime(p.at)}, failed: ${p.code}`,
  fr: (p, f) => `le dernier exercice, de ${p.id} ${f.dateTime(p.at)}, a échoué : ${p.code}`,
})
const drillIt = message<{ entry: string }>('backups.proved-remedy', {
  en: (p) => `vigie run ${p.entry}/drill`,
  fr: (p) => `vigie run ${p.entry}/drill`,
})
const fine = message<{ count: number; ageMs: number; limitMs: number }>('backups.proved-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: 'the component was', other: `${f.number(p.count, 0)} components were` })} proved by a drill within ${f.duration(p.ageMs)} (limit ${f.duration(p.limitMs)})`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: 'le composant a été prouvé', other: `${f.number(p.count, 0)} composants ont été prouvés` })} par un exercice depuis moins de ${f.duration(p.ageMs)} (limite ${f.duration(p.limitMs)})`,
})

export interface ProvedSample {
  readonly entry: string
  readonly what: readonly string[]
  readonly records: readonly BackupRecord[]
  readonly drills: readonly DrillRecord[]
  readonly limitMs: number
  readonly now: Date
}

/** Whether drills bring backups back, and often enough: what was never restored is a hope. */
export const provedCheck = defineCheck<EntryOptions>()({
  kind: 'backups-proved',
  summary: message('backups.proved-summary', {
    en: () => 'a drill brought a backup of each component back, not long ago',
    fr: () => 'un exercice a restauré une sauvegarde de chaque composant, il y a peu',
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 900_000, alertsBy: 'status' },
  messages: [none, never, tooOld, failed, drillIt, fine],
  probe: async ({ name, options: { what, drill } }, _, { backups, clock }): Promise<ProvedSample> => {
    const limitMs = drill.maxAge
    const now = clock.now()
    const drills = await backups.drills(name, new Date(now.getTime() - limitMs))
    const there = await backups.list(name, 'there')
    // Only those that are gone can say how long there have been some and none was proved.
    const isNever = there.every(({ provedAt }) => provedAt === undefined)
    return { entry: name, what, limitMs, now, drills, records: isNever ? await backups.list(name) : there }
  },
  judge: ({ entry, what, records, drills, limitMs, now }) => {
    const byId = recordsById(records)
    const remedy = drillIt({ entry })
    const ageOf = (at: Date): number => Math.max(0, now.getTime() - at.getTime())
    const isKnown = (at: Date | undefined): at is Date => at !== undefined && !isAhead({ startedAt: at }, now)
    const findings: FindingDraft[] = []
    const ages: Record<string, number> = {}
    for (const component of what) {
      const good = records.filter((record) => !isAhead(record, now) && isGoodCopy(record, component, byId))
      const proved = good
        .flatMap(({ id, provedAt }) => (isKnown(provedAt) ? [{ id, provedAt }] : []))
        .toSorted((a, b) => b.provedAt.getTime() - a.provedAt.getTime())[0]
      if (proved !== undefined) ages[`drill_age_ms:${component}`] = ageOf(proved.provedAt)
      if (good.length === 0) {
        findings.push({ subject: component, severity: 'high', title: none({ component }), remedy })
      } else if (proved === undefined) {
        // The first ones, removed ones among them, may wait for their drill as long as later ones may.
        const isNew = records
          .filter((record) => componentsOf(record).includes(component))
          .every(({ startedAt }) => ageOf(startedAt) <= limitMs)
        findings.push({ subject: component, severity: isNew ? 'medium' : 'high', title: never({ component }), remedy })
      } else if (ageOf(proved.provedAt) > limitMs) {
        const title = tooOld({ component, id: proved.id, provedAt: proved.provedAt.toISOString(), limitMs })
        findings.push({ subject: component, severity: 'high', title, remedy })
      }
    }
    const known = drills.filter(({ finishedAt }) => isKnown(finishedAt))
    const last = known.toSorted((a, b) => b.finishedAt.getTime() - a.finishedAt.getTime())[0]
    if (last?.status === 'failed') {
      const title = failed({ id: last.backup, code: last.failure?.code ?? '', at: last.finishedAt.toISOString() })
      findings.unshift({ subject: 'drill', severity: 'high', title, remedy })
    }
    const told = { saw: what.length, measurements: { ...ages, ...lastTimes(last) } }
    const [first] = findings
    if (first !== undefined) return { status: statusOf(findings), ...told, reason: first.title, findings }
    return {
      status: 'pass',
      ...told,
      reason: fine({ count: what.length, ageMs: Math.max(...Object.values(ages)), limitMs }),
    }
  },
})

function lastTimes(last: DrillRecord | undefined): Record<string, number> {
  if (last?.status !== 'passed') return {}
  return {
    ...(last.rtoMs !== null && { rto_ms: last.rtoMs }),
    ...(last.rpoMs !== null && { rpo_ms: last.rpoMs }),
  }
}
