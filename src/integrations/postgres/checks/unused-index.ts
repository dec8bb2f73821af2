import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { HistoryPoint } from '../../../core/context.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { Answer } from '../connection.ts'
import { quoted } from '../identifier.ts'
import { drop, type IndexFinding, indexTexts, judgeIndexes, nameOf } from '../index-texts.ts'
import { type Index, indexes, unused } from '../indexes.ts'
import type { PostgresOptions } from '../options.ts'
import { type Replica, replicas } from '../replicas.ts'
import { blind, onlyOnPrimary, postgresTexts } from '../texts.ts'

const dayMs = 86_400_000

const unusedFor = message<{ name: string; table: string; bytes: number; ageMs: number }>('postgres.unused-index', {
  en: (p, f) => `${p.name} on ${p.table}: ${f.bytes(p.bytes)}, no scan in ${f.duration(p.ageMs)}`,
  fr: (p, f) => `${p.name} sur ${p.table} : ${f.bytes(p.bytes)}, aucune lecture en ${f.duration(p.ageMs)}`,
})
const tooYoung = message<{ ageMs: number; neededMs: number }>('postgres.statistics-young', {
  en: (p, f) =>
    `could not tell: scans are counted for ${f.duration(p.ageMs)} only, ${f.duration(p.neededMs)} are needed`,
  fr: (p, f) =>
    `indéterminé : les lectures ne sont comptées que depuis ${f.duration(p.ageMs)}, il en faut ${f.duration(p.neededMs)}`,
})

const wait = message<{ neededMs: number }>('postgres.statistics-wait', {
  en: (p, f) =>
    `Wait until the statistics are ${f.duration(p.neededMs)} old, or set minStatisticsAge lower when no report or closing of the month is missed by it`,
  fr: (p, f) =>
    `Attendez que les statistiques aient ${f.duration(p.neededMs)}, ou réduisez minStatisticsAge si aucun état ni clôture de fin de mois n'y échappe`,
})

const unread = message<{ name: string; table: string; bytes: number; ageMs: number; replicas: number; known: string }>(
  'postgres.unread-index',
  {
    en: (p, f) =>
      `${p.name} on ${p.table}: ${f.bytes(p.bytes)}, no scan on this server in ${f.duration(p.ageMs)}; what ${f.plural(p.replicas, { one: 'its replica reads', other: `its ${p.replicas} replicas read` })} is not counted here${p.known === '' ? '' : ` (${p.known})`}`,
    fr: (p, f) =>
      `${p.name} sur ${p.table} : ${f.bytes(p.bytes)}, aucune lecture sur ce serveur en ${f.duration(p.ageMs)} ; ce que ${f.plural(p.replicas, { one: 'lit son réplica', other: `lisent ses ${p.replicas} réplicas` })} n'est pas compté ici${p.known === '' ? '' : ` (${p.known})`}`,
  },
)
const askReplicas = message<{ index: string }>('postgres.ask-replicas', {
  en: (p) =>
    `Ask every replica, and keep it where one has read it: SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelid = '${p.index}'::regclass;`,
  fr: (p) =>
    `Demandez à chaque réplica, et gardez-le si l'un d'eux l'a lu : SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelid = '${p.index}'::regclass;`,
})

interface Sample {
  readonly answer: Answer<Index>
  readonly replicas: Answer<Replica>
  /** How many replicas earlier looks saw: one that is away at this moment still reads. */
  readonly replicasBefore: readonly HistoryPoint[]
}

/** Indexes that no query has read for as long as the statistics go back. What backs a constraint is never named. */
export const unusedIndexCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-unused-index',
  summary: message('postgres.unused-summary', { en: () => 'every index is used', fr: () => 'chaque index sert' }),
  options: z.strictObject({
    /** A month-end job must have had its turn: 31 days and a few. */
    minStatisticsAge: durationSchema.default(35 * dayMs),
  }),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...postgresTexts, ...indexTexts, unusedFor, tooYoung, wait, unread, askReplicas],
  probe: async (component, { minStatisticsAge }, ctx): Promise<Sample> => ({
    answer: await indexes(component, ctx),
    replicas: await replicas(component, ctx),
    replicasBefore: await ctx.history('replicas', minStatisticsAge),
  }),
  judge: ({ answer, replicas: beside, replicasBefore }, { minStatisticsAge }) => {
    if (!answer.ok) return blind(answer)
    if (answer.isStandby) return onlyOnPrimary()
    if (!beside.ok) return blind(beside)
    const measurements = { replicas: beside.rows.length }
    const age = answer.rows[0]?.statisticsAgeMs
    if (answer.rows.length > 0 && (age === undefined || age === null || age < minStatisticsAge)) {
      const reason = tooYoung({ ageMs: age ?? 0, neededMs: minStatisticsAge })
      return { status: 'error', reason, remedy: wait({ neededMs: minStatisticsAge }), measurements }
    }
    const count = Math.max(beside.rows.length, ...replicasBefore.map(({ value }) => value))
    const known = beside.rows.map(({ name }) => name).join(', ')
    const findingOn = (index: Index): IndexFinding => (count === 0 ? unusedOn(index) : unreadOn(index, count, known))
    return judgeIndexes(answer, (all) => unused(all).map(findingOn), 'unused_indexes', measurements)
  },
})

function unusedOn(index: Index): IndexFinding {
  const { table, bytes, statisticsAgeMs } = index
  const title = unusedFor({ name: nameOf(index), table, bytes, ageMs: statisticsAgeMs ?? 0 })
  return { index, severity: 'medium', title, remedy: drop(index) }
}

/** No statement that drops it is given: a replica may read what the primary never does. */
function unreadOn(index: Index, count: number, known: string): IndexFinding {
  const { table, bytes, statisticsAgeMs } = index
  const title = unread({
    ...{ name: nameOf(index), table, bytes, ageMs: statisticsAgeMs ?? 0 },
    ...{ replicas: count, known },
  })
  const remedy = askReplicas({ index: quoted(index.schema, index.name).replaceAll("'", "''") })
  return { index, severity: 'low', title, remedy }
}
