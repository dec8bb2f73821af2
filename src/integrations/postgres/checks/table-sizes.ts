import * as z from 'zod'
import { type Component, defineCheck } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import type { Formatter } from '../../../core/formatter.ts'
import { message } from '../../../core/message.ts'
import { slopePerMs } from '../../../core/trend.ts'
import type { Answer } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { keepTables, keptTables } from '../tables/table-history.ts'
import { type Table, tables, wholeBytes } from '../tables/tables.ts'
import { blind, noTablesSeen, postgresTexts } from '../texts.ts'

interface Sizes {
  readonly [key: string]: string | number | undefined
  readonly count: number
  readonly bytes: number
  readonly largest: string
  readonly largestBytes: number
  /** Of the last 30 days; without it there is no line to draw yet. */
  readonly bytesPerDay?: number
  /** Of how many the history is kept, when not of all. */
  readonly kept?: number
}

const sizes = message<Sizes>('postgres.table-sizes', {
  en: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })}, ${f.bytes(p.bytes)}${p.bytesPerDay === undefined ? '' : `, ${signed(p.bytesPerDay, f)} a day`}; largest ${p.largest}, ${f.bytes(p.largestBytes)}${p.kept === undefined ? '' : `; history of the largest ${f.number(p.kept, 0)}`}`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 table', other: `${p.count} tables` })}, ${f.bytes(p.bytes)}${p.bytesPerDay === undefined ? '' : `, ${signed(p.bytesPerDay, f)} par jour`} ; la plus grande ${p.largest}, ${f.bytes(p.largestBytes)}${p.kept === undefined ? '' : ` ; historique des ${f.number(p.kept, 0)} plus grandes`}`,
})

const dayMs = 86_400_000
const historyMs = 30 * dayMs

/** Tables whose sizes are kept as series; the rest is in the total, and in the snapshot of all. */
const seriesTables = 20

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
    answer: await look(component, ctx),
    history: await ctx.history('total_bytes', historyMs),
  }),
  judge: ({ answer, history }) => {
    if (!answer.ok) return blind(answer)
    const [largest] = answer.rows
    if (largest === undefined) return noTablesSeen()
    const bytes = answer.rows.reduce((sum, row) => sum + wholeBytes(row), 0)
    const kept = answer.rows.slice(0, seriesTables).flatMap((row) => [
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
      largestBytes: wholeBytes(largest),
      ...(answer.rows.length > keptTables && { kept: keptTables }),
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

async function look(component: Component<PostgresOptions>, ctx: StepContext): Promise<Answer<Table>> {
  const answer = await tables(component, ctx)
  // A standby counts no rows.
  if (answer.ok && !answer.isStandby && answer.rows.length > 0) await keepTables(answer.rows, ctx)
  return answer
}

function signed(bytes: number, format: Formatter): string {
  return `${bytes < 0 ? '-' : '+'}${format.bytes(Math.abs(bytes))}`
}
