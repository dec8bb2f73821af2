import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { Formatter } from '../../../core/formatter.ts'
import { message } from '../../../core/message.ts'
import { slopePerMs } from '../../../core/trend.ts'
import { ask } from '../connection.ts'
import { systemSchemas } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import { relationBytes } from '../sizes.ts'
import { blind, noTablesSeen, postgresTexts } from '../texts.ts'

interface Sizes {
  readonly [key: string]: string | number | undefined
  readonly count: number
  readonly bytes: number
  readonly largest: string
  readonly largestBytes: number
  /** Of the last 30 days; without it there is no line to draw yet. */
  readonly bytesPerDay?: number
}

const sizes = message<Sizes>('postgres.table-sizes', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })}, ${f.bytes(p.bytes)}${p.bytesPerDay === undefined ? '' : `, ${signed(p.bytesPerDay, f)} a day`}; largest ${p.largest}, ${f.bytes(p.largestBytes)}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })}, ${f.bytes(p.bytes)}${p.bytesPerDay === undefined ? '' : `, ${signed(p.bytesPerDay, f)} par jour`} ; la plus grande ${p.largest}, ${f.bytes(p.largestBytes)}`,
})

const sql = `
  with measured as materialized (
    select c.oid, ${relationBytes('c')} as bytes from pg_class c where c.relkind in ('r', 'm', 'i', 't')
  ), indexed as materialized (
    select i.indrelid as oid, sum(m.bytes) as bytes from pg_index i join measured m on m.oid = i.indexrelid group by 1
  ), sizes as (
    select n.nspname as schema, c.relname as table, m.bytes as "tableBytes", coalesce(i.bytes, 0) as "indexBytes",
           coalesce(t.bytes, 0) + coalesce(ti.bytes, 0) as "toastBytes"
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    join measured m on m.oid = c.oid
    left join indexed i on i.oid = c.oid
    left join measured t on t.oid = c.reltoastrelid
    left join indexed ti on ti.oid = c.reltoastrelid
    where c.relkind in ('r', 'm') and n.nspname not in ${systemSchemas}
      and n.nspname not like 'pg\\_temp\\_%' and n.nspname not like 'pg\\_toast%'
  )
  select * from sizes order by "tableBytes" + "indexBytes" + "toastBytes" desc, 1, 2`

type Table = {
  readonly schema: string
  readonly table: string
  readonly tableBytes: number
  readonly indexBytes: number
  readonly toastBytes: number
}

const dayMs = 86_400_000
const historyMs = 30 * dayMs

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
  probe: async (component, _, ctx) => ({
    answer: await ask<Table>(component, { sql }, ctx),
    history: await ctx.history('total_bytes', historyMs),
  }),
  judge: ({ answer, history }) => {
    if (!answer.ok) return blind(answer)
    const [largest] = answer.rows
    if (largest === undefined) return noTablesSeen()
    const whole = ({ tableBytes, indexBytes, toastBytes }: Table): number => tableBytes + indexBytes + toastBytes
    const bytes = answer.rows.reduce((sum, row) => sum + whole(row), 0)
    const kept = answer.rows.slice(0, keptTables).flatMap((row) => [
      [`table_bytes:${row.schema}.${row.table}`, row.tableBytes + row.toastBytes],
      [`index_bytes:${row.schema}.${row.table}`, row.indexBytes],
    ])
    const slope = slopePerMs(history, dayMs)
    const growth = slope === undefined ? {} : { bytesPerDay: slope * dayMs }
    const reason = sizes({
      ...growth,
      count: answer.rows.length,
      bytes,
      largest: largest.table,
      largestBytes: whole(largest),
    })
    return {
      status: 'pass',
      saw: answer.rows.length,
      measurements: {
        total_bytes: bytes,
        ...(slope !== undefined && { growth_bytes_per_day: slope * dayMs }),
        ...Object.fromEntries(kept),
      },
      reason,
    }
  },
})

function signed(bytes: number, format: Formatter): string {
  return `${bytes < 0 ? '-' : '+'}${format.bytes(Math.abs(bytes))}`
}
