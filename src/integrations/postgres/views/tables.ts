import type { StepContext } from '../../../core/context.ts'
import type { DatabaseTable, Seen } from '../../../core/database.ts'
import { message } from '../../../core/message.ts'
import { ask } from '../connection/connection.ts'
import { statisticsSince } from '../indexes/statistics-age.ts'
import type { PostgresOptions } from '../options.ts'
import { growthPerDay } from '../tables/table-growth.ts'
import { type TablePoint, tableHistory } from '../tables/table-history.ts'
import { nameOf, type Table, tables, wholeBytes } from '../tables/tables.ts'
import { blind, noTablesSeen, nothingCounted, onlyOnPrimary } from '../texts.ts'
import { unseen } from './unseen.ts'

const since = message<{ since: string }>('postgres.tables-since', {
  en: (p, f) => `Counted since ${f.dateTime(p.since)}: “never” and 0 are of that time.`,
  fr: (p, f) => `Compté depuis le ${f.dateTime(p.since)} : « jamais » et 0 sont d'alors.`,
})
export const tablesViewTexts = [since]

/** Every table of the application, the largest first. */
export async function tablesView(options: PostgresOptions, ctx: StepContext): Promise<Seen<DatabaseTable>> {
  const component = { name: '', system: '', options }
  const answer = await tables(component, ctx)
  if (!answer.ok) return unseen(blind(answer))
  if (answer.isStandby) return unseen(onlyOnPrimary())
  if (!answer.isCounting) return unseen(nothingCounted())
  if (answer.rows.length === 0) return unseen(noTablesSeen())
  const now = ctx.clock.now()
  const history = await tableHistory(ctx)
  const began = await ask<{ at: Date | null }>(component, { sql: `select ${statisticsSince} as at` }, ctx)
  const at = began.ok ? began.rows[0]?.at : undefined
  const notes = at == null ? [] : [since({ since: at.toISOString() })]
  return { ok: true, rows: answer.rows.map((one) => rowOf(one, history.get(nameOf(one)) ?? [], now)), notes }
}

function rowOf(seen: Table, history: readonly TablePoint[], now: Date): DatabaseTable {
  const { file, vacuumAgeMs, analyzeAgeMs, freezeAt, vacuumAt, isAutomatic, ...table } = seen
  const { liveTuples, deadTuples } = table
  const points = [...history, { at: now, file, bytes: wholeBytes(seen), liveTuples, deadTuples }]
  const before = (ageMs: number | null): Date | null => (ageMs === null ? null : new Date(now.getTime() - ageMs))
  return {
    ...table,
    deadRatio: deadRatio(seen),
    bytesPerDay: growthPerDay(points),
    sizes: points.map(({ bytes }) => bytes),
    deadRatios: points.map(deadRatio),
    lastVacuumAt: before(vacuumAgeMs),
    lastAnalyzeAt: before(analyzeAgeMs),
    isVacuumAutomatic: isAutomatic,
    vacuumAt,
    vacuumRatio: vacuumAt > 0 ? deadTuples / vacuumAt : null,
    freezeAt,
  }
}

function deadRatio({ liveTuples, deadTuples }: Pick<Table, 'liveTuples' | 'deadTuples'>): number | null {
  return liveTuples + deadTuples === 0 ? null : deadTuples / (liveTuples + deadTuples)
}
