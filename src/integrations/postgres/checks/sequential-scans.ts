import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { tooYoung } from '../indexes/unused-index-texts.ts'
import type { PostgresOptions } from '../options.ts'
import { keepReads, readsBefore, readsSince } from '../tables/scan-history.ts'
import { sizedTableUse } from '../tables/table-use.ts'
import { blind, noTablesSeen, nothingCounted, postgresTexts } from '../texts.ts'
import { toldOf, toldTexts } from '../told-findings.ts'

const dayMs = 86_400_000

const readWhole = message<{ table: string; bytes: number; perDay: number; rows: number; ageMs: number }>(
  'postgres.sequential-scans',
  {
    en: (p, f) =>
      `${p.table} (${f.bytes(p.bytes)}) is read from end to end ${f.number(p.perDay, 0)} times a day: ${f.number(p.rows, 0)} rows in ${f.duration(p.ageMs)} without an index`,
    fr: (p, f) =>
      `${p.table} (${f.bytes(p.bytes)}) est lue en entier ${f.number(p.perDay, 0)} fois par jour : ${f.number(p.rows, 0)} lignes en ${f.duration(p.ageMs)} sans index`,
  },
)
const find = message<{ table: string }>('postgres.sequential-scans-remedy', {
  en: (p) =>
    `Find the statements that read ${p.table}, then the columns after their WHERE: SELECT calls, rows, query FROM pg_stat_statements WHERE query LIKE '%${p.table.replaceAll("'", "''")}%' ORDER BY total_exec_time DESC LIMIT 10; then EXPLAIN one of them. An index helps when few rows are wanted, and not when all are`,
  fr: (p) =>
    `Trouvez les requêtes qui lisent ${p.table}, puis les colonnes de leur WHERE : SELECT calls, rows, query FROM pg_stat_statements WHERE query LIKE '%${p.table.replaceAll("'", "''")}%' ORDER BY total_exec_time DESC LIMIT 10; puis EXPLAIN de l'une d'elles. Un index aide quand peu de lignes sont voulues, pas quand toutes le sont`,
})
const later = message('postgres.sequential-scans-later', {
  en: () => 'Let it run: the statistics begin anew with a reset and with a crash of the server',
  fr: () =>
    'Laissez tourner : les statistiques repartent de zéro à une remise à zéro ou après un arrêt brutal du serveur',
})
const fine = message<{ count: number; large: number }>('postgres.sequential-scans-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })} looked at, of which ${p.large} large: none is read from end to end again and again`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 table contrôlée', other: `${p.count} tables contrôlées` })}, dont ${f.plural(p.large, { one: '1 grande', other: `${p.large} grandes` })} : aucune n'est sans cesse lue en entier`,
})

/** Large tables that are read whole again and again. Which index would help the statements tell, not the table. */
export const sequentialScansCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-sequential-scans',
  summary: message('postgres.sequential-scans-summary', {
    en: () => 'large tables are read by their indexes',
    fr: () => 'les grandes tables sont lues par leurs index',
  }),
  options: z.strictObject({
    /** From 8 MB on PostgreSQL itself calls more hands for it (min_parallel_table_scan_size). */
    minBytes: z
      .number()
      .int()
      .min(0)
      .default(8 * 1024 * 1024),
    /** As rows read divided by the rows that are there: four times an hour, more than reports and dumps do. Ours. */
    minWholeReadsPerDay: z.number().positive().default(100),
    /** A day has its quiet hours and its busy ones. */
    minStatisticsAge: durationSchema.default(dayMs),
  }),
  cadence: 'weekly',
  criticality: 'informative',
  messages: [...postgresTexts, ...toldTexts, tooYoung, readWhole, find, later, fine],
  probe: async (component, { minStatisticsAge }, ctx) => {
    const now = ctx.clock.now().getTime()
    const answer = await sizedTableUse(component, ctx)
    const before = await readsBefore(ctx, minStatisticsAge)
    if (answer.ok && answer.isCounting && answer.rows.length > 0) await keepReads(answer.rows, ctx)
    return { now, answer, before }
  },
  judge: ({ now, answer, before }, { minBytes, minWholeReadsPerDay, minStatisticsAge }) => {
    if (!answer.ok) return blind(answer)
    if (!answer.isCounting) return nothingCounted()
    const tables = answer.rows
    const [anyOne] = tables
    if (anyOne === undefined) return noTablesSeen()
    const ageMs = anyOne.statisticsAgeMs ?? 0
    if (ageMs < minStatisticsAge)
      return { status: 'error', reason: tooYoung({ ageMs, neededMs: minStatisticsAge }), remedy: later({}) }
    const large = tables.filter(({ bytes }) => bytes >= minBytes)
    const findings = large
      .map((one) => {
        const { rows, spanMs } = readsSince(one, before, now)
        return { ...one, rows, spanMs, perDay: (rows / Math.max(1, one.live)) * (dayMs / Math.max(1, spanMs)) }
      })
      .filter((one) => one.live > 0 && one.perDay >= minWholeReadsPerDay)
      .toSorted((a, b) => b.perDay * b.bytes - a.perDay * a.bytes)
      .map(({ schema, table, bytes, rows, spanMs, perDay }) => ({
        subject: `${schema}.${table}`,
        severity: 'low' as const,
        title: readWhole({ table: `${schema}.${table}`, bytes, perDay, rows, ageMs: spanMs }),
        remedy: find({ table }),
      }))
    const measurements = { large_tables: large.length, tables_read_whole: findings.length }
    const seen = { saw: tables.length, measurements }
    const [first] = findings
    if (first !== undefined) {
      const told = toldOf(
        findings,
        tables.map(({ schema, table }) => `${schema}.${table}`),
      )
      return { status: 'warn', ...seen, ...told, reason: first.title, remedy: first.remedy }
    }
    return { status: 'pass', ...seen, reason: fine({ count: tables.length, large: large.length }) }
  },
})
