import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import type { Formatter } from '../../../core/formatter.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { ask } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { careLines, type TableCare, tableCareSql } from '../tables/table-care.ts'
import { blind, noTablesSeen, nothingCounted, onlyOnPrimary, postgresTexts } from '../texts.ts'
import { toldOf, toldTexts } from '../told-findings.ts'

const dayMs = 86_400_000

const never = message<{ table: string; rows: number; isAutomatic: boolean; since: string | null }>(
  'postgres.never-vacuumed',
  {
    en: (p, f) =>
      `${p.table} was not vacuumed nor analyzed since ${p.since === null ? 'its statistics began' : `the statistics began on ${f.dateTime(p.since)}`}, with ${f.number(p.rows, 0)} row changes${p.isAutomatic ? '' : '; autovacuum is off for it'}`,
    fr: (p, f) =>
      `${p.table} n'a eu ni vacuum ni analyze depuis le début des statistiques${p.since === null ? '' : `, le ${f.dateTime(p.since)}`}, pour ${f.number(p.rows, 0)} modifications de lignes${p.isAutomatic ? '' : ' ; autovacuum y est désactivé'}`,
  },
)
interface LongAgo {
  readonly [key: string]: string | number | null
  readonly table: string
  readonly vacuumAgeMs: number | null
  readonly analyzeAgeMs: number | null
  readonly rows: number
  /** Since when vacuum and analyze are counted. */
  readonly since: string | null
}
const longAgo = message<LongAgo>('postgres.vacuum-long-ago', {
  en: (p, f) =>
    `${p.table}: last vacuum ${englishAgo(p.vacuumAgeMs, p.since, f)}, last analyze ${englishAgo(p.analyzeAgeMs, p.since, f)}, ${f.number(p.rows, 0)} row changes since`,
  fr: (p, f) =>
    `${p.table} : dernier vacuum ${frenchAgo(p.vacuumAgeMs, p.since, f)}, dernier analyze ${frenchAgo(p.analyzeAgeMs, p.since, f)}, ${f.number(p.rows, 0)} modifications de lignes depuis`,
})
const remedy = message<{ table: string }>('postgres.vacuum-remedy', {
  en: (p) => `VACUUM (ANALYZE) ${p.table};`,
  fr: (p) => `VACUUM (ANALYZE) ${p.table};`,
})
const fine = message<{ count: number; oldest: string | null; ageMs: number }>('postgres.vacuum-fine', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })} kept in order${p.oldest === null ? '' : `; longest without vacuum: ${p.oldest}, ${f.duration(p.ageMs)}`}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 table entretenue', other: `${p.count} tables entretenues` })}${p.oldest === null ? '' : ` ; la plus longue sans vacuum : ${p.oldest}, ${f.duration(p.ageMs)}`}`,
})

/** When was each table last vacuumed and analyzed? Those that change and wait too long for it are named. */
export const vacuumCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-vacuum',
  summary: message('postgres.vacuum-summary', {
    en: () => 'tables are vacuumed and analyzed',
    fr: () => 'les tables ont vacuum et analyze',
  }),
  options: z.strictObject({
    /** Below this many changed rows autovacuum rightly does nothing (autovacuum_analyze_threshold 50 + 10 % of the rows). */
    minChanges: z.number().int().min(0).default(10_000),
    longestAge: durationSchema.default(30 * dayMs),
  }),
  cadence: 'daily',
  criticality: 'important',
  messages: [...postgresTexts, ...toldTexts, never, longAgo, remedy, fine],
  probe: async (component, _, ctx) => {
    const answer = await ask<TableCare>(component, { sql: tableCareSql }, ctx)
    if (answer.ok) ctx.record({ what: 'tables, the longest without vacuum first', output: careLines(answer.rows) })
    return answer
  },
  judge: (answer, { minChanges, longestAge }) => {
    if (!answer.ok) return blind(answer)
    if (answer.isStandby) return onlyOnPrimary()
    if (!answer.isCounting) return nothingCounted()
    const tables = answer.rows
    if (tables.length === 0) return noTablesSeen()
    const isLate = (ageMs: number | null, rows: number): boolean =>
      rows >= minChanges && (ageMs === null || ageMs > longestAge)
    const findings = tables.flatMap((one): FindingDraft[] => {
      const { schema, vacuumAgeMs, analyzeAgeMs, dead, modified, changes, isAutomatic, since } = one
      const table = `${schema}.${one.table}`
      const draft = { subject: table, remedy: remedy({ table: quoted(schema, one.table) }) }
      if (vacuumAgeMs === null && analyzeAgeMs === null) {
        if (changes < minChanges) return []
        return [{ ...draft, severity: 'medium', title: never({ table, rows: changes, isAutomatic, since }) }]
      }
      if (!isLate(vacuumAgeMs, dead) && !isLate(analyzeAgeMs, modified)) return []
      const title = longAgo({ table, vacuumAgeMs, analyzeAgeMs, rows: Math.max(dead, modified), since })
      return [{ ...draft, severity: 'low', title }]
    })
    const vacuumed = tables.toSorted((a, b) => (b.vacuumAgeMs ?? -1) - (a.vacuumAgeMs ?? -1))[0]
    const ageMs = vacuumed?.vacuumAgeMs ?? 0
    const seen = {
      saw: tables.length,
      measurements: {
        tables: tables.length,
        neglected_tables: findings.length,
        never_vacuumed_tables: tables.filter((one) => one.vacuumAgeMs === null).length,
        longest_without_vacuum_ms: ageMs,
        oldest_table_xid_age: Math.max(...tables.map(({ xidAge }) => xidAge)),
      },
    }
    const [first] = findings
    if (first !== undefined) {
      const told = toldOf(
        findings,
        tables.map((one) => `${one.schema}.${one.table}`),
      )
      return { status: 'warn', ...seen, ...told, reason: first.title }
    }
    const oldest = vacuumed?.vacuumAgeMs == null ? null : `${vacuumed.schema}.${vacuumed.table}`
    return { status: 'pass', ...seen, reason: fine({ count: tables.length, oldest, ageMs }) }
  },
})

/** What the statistics do not know may have been before they began. */
function englishAgo(ageMs: number | null, since: string | null, { duration, dateTime }: Formatter): string {
  if (ageMs !== null) return `${duration(ageMs)} ago`
  return since === null ? 'not counted' : `none since the statistics began on ${dateTime(since)}`
}

function frenchAgo(ageMs: number | null, since: string | null, { duration, dateTime }: Formatter): string {
  if (ageMs !== null) return `il y a ${duration(ageMs)}`
  return since === null ? 'non compté' : `aucun depuis le début des statistiques, le ${dateTime(since)}`
}
