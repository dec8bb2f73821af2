import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { ask } from '../connection.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noTables, postgresTexts } from '../texts.ts'

const sizes = message<{ count: number; bytes: number; largest: string; largestBytes: number }>('postgres.table-sizes', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })}, ${f.bytes(p.bytes)}; largest ${p.largest}, ${f.bytes(p.largestBytes)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })}, ${f.bytes(p.bytes)} ; la plus grande ${p.largest}, ${f.bytes(p.largestBytes)}`,
})

const sql = `
  select n.nspname as schema, c.relname as table, pg_table_size(c.oid)::float8 - coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)::float8 as "tableBytes",
         pg_indexes_size(c.oid)::float8 as "indexBytes", coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)::float8 as "toastBytes"
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') and n.nspname not like 'pg_temp%'
  order by pg_total_relation_size(c.oid) desc`

type Table = {
  readonly schema: string
  readonly table: string
  readonly tableBytes: number
  readonly indexBytes: number
  readonly toastBytes: number
}

/** Tables whose sizes are kept as series; the rest is in the total. */
const keptTables = 20

/** Size of every table with its indexes and TOAST, kept as a series. */
export const tableSizesCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-table-sizes',
  summary: message('postgres.sizes-summary', {
    en: () => 'table and index sizes',
    fr: () => 'tailles des tables et des index',
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...postgresTexts, sizes],
  probe: (component, _, ctx) => ask<Table>(component, { sql }, ctx),
  judge: (answer) => {
    if (!answer.ok) return blind(answer) ?? { status: 'pass', saw: 0 }
    const [largest] = answer.rows
    if (largest === undefined) return { status: 'error', reason: noTables({}) }
    const whole = ({ tableBytes, indexBytes, toastBytes }: Table): number => tableBytes + indexBytes + toastBytes
    const bytes = answer.rows.reduce((sum, row) => sum + whole(row), 0)
    const kept = answer.rows.slice(0, keptTables).flatMap((row) => [
      [`table_bytes:${row.schema}.${row.table}`, row.tableBytes + row.toastBytes],
      [`index_bytes:${row.schema}.${row.table}`, row.indexBytes],
    ])
    const reason = sizes({ count: answer.rows.length, bytes, largest: largest.table, largestBytes: whole(largest) })
    return {
      status: 'pass',
      saw: answer.rows.length,
      measurements: { total_bytes: bytes, ...Object.fromEntries(kept) },
      reason,
    }
  },
})
