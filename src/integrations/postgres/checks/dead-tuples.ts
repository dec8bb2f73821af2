import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { ask } from '../connection/connection.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noTablesSeen, nothingCounted, onlyOnPrimary, postgresTexts } from '../texts.ts'
import { toldOf, toldTexts } from '../told-findings.ts'

const dead = message<{ table: string; dead: number; ratio: number }>('postgres.dead-tuples', {
  en: (p, f) => `${p.table} holds ${f.number(p.dead, 0)} dead rows, ${f.percent(p.ratio, 0)} of all`,
  fr: (p, f) => `${p.table} contient ${f.number(p.dead, 0)} lignes mortes, ${f.percent(p.ratio, 0)} du total`,
})
const remedy = message<{ table: string }>('postgres.dead-remedy', {
  en: (p) => `VACUUM (ANALYZE) ${p.table};`,
  fr: (p) => `VACUUM (ANALYZE) ${p.table};`,
})
const fine = message<{ ratio: number; dead: number }>('postgres.dead-fine', {
  en: (p, f) => `${f.number(p.dead, 0)} dead rows, worst table ${f.percent(p.ratio, 0)}`,
  fr: (p, f) => `${f.number(p.dead, 0)} lignes mortes, pire table ${f.percent(p.ratio, 0)}`,
})

const sql = `select schemaname as schema, relname as table, n_live_tup::float8 as live, n_dead_tup::float8 as dead from pg_stat_user_tables`

type Table = { readonly schema: string; readonly table: string; readonly live: number; readonly dead: number }

/** Rows that are dead and not yet cleared away: they cost space and time in every scan. */
export const deadTuplesCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-dead-tuples',
  summary: message('postgres.dead-summary', {
    en: () => 'dead rows are cleared away',
    fr: () => 'les lignes mortes sont évacuées',
  }),
  options: z.strictObject({
    /** Autovacuum comes at 20 % (autovacuum_vacuum_scale_factor): twice that, it does not keep up. */
    warnRatio: z.number().positive().max(1).default(0.4),
    minDead: z.number().int().min(0).default(10_000),
  }),
  cadence: 'daily',
  criticality: 'important',
  messages: [...postgresTexts, ...toldTexts, dead, remedy, fine],
  probe: (component, _, ctx) => ask<Table>(component, { sql }, ctx),
  judge: (answer, { warnRatio, minDead }) => {
    if (!answer.ok) return blind(answer)
    if (answer.isStandby) return onlyOnPrimary()
    if (!answer.isCounting) return nothingCounted()
    if (answer.rows.length === 0) return noTablesSeen()
    const tables = answer.rows.map((row) => ({ ...row, ratio: row.dead / Math.max(1, row.live + row.dead) }))
    const findings = tables
      .filter((row) => row.dead >= minDead && row.ratio >= warnRatio)
      .map(({ schema, table, dead: count, ratio }): FindingDraft => {
        const name = `${schema}.${table}`
        return {
          subject: name,
          severity: 'medium',
          title: dead({ table: name, dead: count, ratio }),
          remedy: remedy({ table: quoted(schema, table) }),
        }
      })
    const total = tables.reduce((sum, row) => sum + row.dead, 0)
    const worst = Math.max(...tables.map(({ ratio, dead: count }) => (count >= minDead ? ratio : 0)))
    const seen = { saw: tables.length, measurements: { dead_rows: total, worst_dead_ratio: worst } }
    const [first] = findings
    if (first !== undefined) {
      const told = toldOf(
        findings,
        tables.map(({ schema, table }) => `${schema}.${table}`),
      )
      return { status: 'warn', ...seen, ...told, reason: first.title }
    }
    return { status: 'pass', ...seen, reason: fine({ ratio: worst, dead: total }) }
  },
})
