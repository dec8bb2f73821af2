import type { Kysely, Transaction } from 'kysely'
import { batches, date, iso } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { MeasurementRow, MeasurementStore } from '../store.ts'

export function measurementRecords(db: Kysely<Tables>): MeasurementStore {
  return {
    add: (points) => db.transaction().execute((tx) => addMeasurements(tx, points)),
    series: async ({ system, step, name, since }) => {
      const rows = await db
        .selectFrom('measurements')
        .select(['at', 'value'])
        .where('system', '=', system)
        .where('step', '=', step)
        .where('name', '=', name)
        .where('at', '>=', iso(since))
        .orderBy('at')
        .execute()
      return rows.map(({ at, value }) => ({ at: date(at), value }))
    },
  }
}

/** What is no number is left out. */
export async function addMeasurements(tx: Transaction<Tables>, points: readonly MeasurementRow[]): Promise<void> {
  const rows = points.filter(({ value }) => Number.isFinite(value)).map((point) => ({ ...point, at: iso(point.at) }))
  for (const batch of batches(rows)) await tx.insertInto('measurements').values(batch).execute()
}
