import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { ask } from '../connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noTables, postgresTexts } from '../texts.ts'

const dayMs = 86_400_000

const never = message<{ table: string; rows: number; isAutomatic: boolean }>('postgres.never-vacuumed', {
  en: (p, f) =>
    `${p.table} was never vacuumed nor analyzed, with ${f.number(p.rows, 0)} row changes${p.isAutomatic ? '' : '; autovacuum is off for it'}`,
  fr: (p, f) =>
    `${p.table} n'a jamais eu ni vacuum ni analyze, pour ${f.number(p.rows, 0)} modifications de lignes${p.isAutomatic ? '' : ' ; autovacuum y est désactivé'}`,
})
const longAgo = message<{ table: string; ageMs: number; rows: number }>('postgres.vacuum-long-ago', {
  en: (p, f) =>
    `${p.table} was last vacuumed or analyzed ${f.duration(p.ageMs)} ago, with ${f.number(p.rows, 0)} row changes since`,
  fr: (p, f) =>
    `${p.table} a eu son dernier vacuum ou analyze il y a ${f.duration(p.ageMs)}, avec ${f.number(p.rows, 0)} modifications depuis`,
})
const remedy = message<{ table: string }>('postgres.vacuum-remedy', {
  en: (p) => `VACUUM (ANALYZE) ${p.table};`,
  fr: (p) => `VACUUM (ANALYZE) ${p.table};`,
})
const fine = message<{ count: number }>('postgres.vacuum-fine', {
  en: (p, f) => `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })} kept in order`,
  fr: (p, f) => `${f.plural(p.count, { one: '1 table entretenue', other: `${p.count} tables entretenues` })}`,
})

const sql = `
  select s.schemaname as schema, s.relname as table, s.n_mod_since_analyze::float8 as modified,
         (s.n_tup_ins + s.n_tup_upd + s.n_tup_del)::float8 as changes,
         (extract(epoch from now() - greatest(last_vacuum, last_autovacuum, last_analyze, last_autoanalyze)) * 1000)::float8 as "ageMs",
         current_setting('autovacuum')::bool and coalesce(
           (select option_value::bool from pg_options_to_table(c.reloptions) where option_name = 'autovacuum_enabled'), true
         ) as "isAutomatic"
  from pg_stat_user_tables s join pg_class c on c.oid = s.relid`

type Table = {
  readonly schema: string
  readonly table: string
  readonly modified: number
  readonly changes: number
  readonly ageMs: number | null
  readonly isAutomatic: boolean
}

/** When was each table last vacuumed and analyzed, for those that change? */
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
  messages: [...postgresTexts, never, longAgo, remedy, fine],
  probe: (component, _, ctx) => ask<Table>(component, { sql }, ctx),
  judge: (answer, { minChanges, longestAge }) => {
    if (!answer.ok) return blind(answer) ?? { status: 'pass', saw: 0 }
    if (answer.rows.length === 0) return { status: 'error', reason: noTables({}) }
    const findings = answer.rows.flatMap(({ schema, table, modified, changes, ageMs, isAutomatic }): FindingDraft[] => {
      const name = `${schema}.${table}`
      const fix = remedy({ table: quoted(schema, table) })
      if (ageMs === null && changes >= minChanges)
        return [
          { subject: name, severity: 'medium', title: never({ table: name, rows: changes, isAutomatic }), remedy: fix },
        ]
      if (ageMs !== null && ageMs > longestAge && modified >= minChanges) {
        return [{ subject: name, severity: 'low', title: longAgo({ table: name, ageMs, rows: modified }), remedy: fix }]
      }
      return []
    })
    const seen = {
      saw: answer.rows.length,
      measurements: { tables: answer.rows.length, neglected_tables: findings.length },
    }
    const [first] = findings
    if (first !== undefined) return { status: 'warn', ...seen, findings, reason: first.title }
    return { status: 'pass', ...seen, reason: fine({ count: answer.rows.length }) }
  },
})
