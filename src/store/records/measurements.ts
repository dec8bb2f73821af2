import type { Kysely } from 'kysely'
import { batches, date, iso } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { MeasurementStore } from '../store.ts'

export function measurementRecords(db: Kysely<Tables>): MeasurementStore {
  return {
    add: async (points) => {
      const rows = points
        .filter(({ value }) => Number.isFinite(value))
        .map((point) => ({ ...point, at: iso(point.at) }))
      if (rows.length === 0) return
      await db.transaction().execute(async (tx) => {
        for (const batch of batches(rows)) await tx.insertInto('measurements').values(batch).execute()
      })
    },
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
