import type { Holder } from '../tables/horizon.ts'
import { type DueRow, type Work, works } from './due.ts'

/** One thing that autovacuum has to do. */
export interface Waiting {
  readonly schema: string
  readonly table: string
  readonly isToast: boolean
  readonly work: Work
  /** Rows, or transactions. */
  readonly amount: number
  readonly at: number
  readonly isAutomatic: boolean
  readonly doneRatio: number | null
  /** When it was first seen to be due and not done since, in milliseconds since 1970. */
  readonly since: number
  /** No look came before: it may be due for much longer. */
  readonly isFirstLook: boolean
}

/** What has passed its trigger, each for its own work. */
export function waitingWork(
  rows: readonly DueRow[],
  before: ReadonlyMap<string, number> | undefined,
  now: number,
  holder: Holder | undefined,
): readonly Waiting[] {
  return rows.flatMap((row) => {
    const { schema } = row
    if (schema === null) return []
    return works.flatMap((work): Waiting[] => {
      const { at, amount, ageMs } = sizeOf(row, work)
      if (at === null || amount <= at) return []
      const { table, isToast, isAutomatic, doneRatio } = row
      const one = {
        schema,
        table,
        isToast,
        work,
        amount,
        at,
        isAutomatic,
        doneRatio,
        isFirstLook: before === undefined,
      }
      const known = before?.get(keyOf(one))
      // A clock that was set back must not make what waits look as if it had just begun, and then for hours.
      const seen = known === undefined ? undefined : Math.min(known, now)
      const doneAt = ageMs === null ? Number.NEGATIVE_INFINITY : now - ageMs
      // A vacuum that could remove nothing, since somebody may still read it, was none.
      const wasInVain =
        seen !== undefined &&
        work === 'vacuum' &&
        holder !== undefined &&
        (holder.ageMs === null || now - holder.ageMs <= doneAt)
      return [{ ...one, since: seen !== undefined && (doneAt <= seen || wasInVain) ? seen : now }]
    })
  })
}

export function keyOf({
  schema,
  table,
  isToast,
  work,
}: Pick<Waiting, 'schema' | 'table' | 'isToast' | 'work'>): string {
  return `${work} ${isToast ? 'toast ' : ''}${schema}.${table}`
}

function sizeOf(
  row: DueRow,
  work: Work,
): { readonly amount: number; readonly at: number | null; readonly ageMs: number | null } {
  switch (work) {
    case 'vacuum':
      return { amount: row.vacuum, at: row.vacuumAt, ageMs: row.vacuumAgeMs }
    case 'insert':
      return { amount: row.insert, at: row.insertAt, ageMs: row.vacuumAgeMs }
    case 'analyze':
      return { amount: row.analyze, at: row.analyzeAt, ageMs: row.analyzeAgeMs }
    case 'freeze':
      return { amount: row.freeze, at: row.freezeAt, ageMs: row.vacuumAgeMs }
  }
}
