import type { Kysely, Transaction } from 'kysely'
import { batches, date, iso, parsed } from '../codec.ts'
import type { MeasurementStore } from '../measurement-store.ts'
import type { Tables } from '../schema.ts'

export function measurementRecords(db: Kysely<Tables>): MeasurementStore {
  return {
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

/** The figures of steps that ended, as points of their series. What is no number is left out. */
export function pointsOf(system: string, step: Pick<Tables['steps'], 'id' | 'finished_at' | 'measurements'>): Point[] {
  const { id, finished_at: at } = step
  if (at === null) return []
  const figures = Object.entries(parsed<Record<string, number | null>>(step.measurements))
  return figures.flatMap(([name, value]) => (value === null ? [] : [{ system, step: id, name, at, value }]))
}

type Point = Tables['measurements']

/** Keeps the points of steps, in the place of those of an earlier end of the same steps in this run. */
export async function replaceMeasurements(
  tx: Transaction<Tables>,
  system: string,
  runId: string,
  steps: readonly Pick<Tables['steps'], 'id' | 'finished_at' | 'measurements'>[],
): Promise<void> {
  const ids = steps.map(({ id }) => id)
  const query = tx.selectFrom('steps').select(['id', 'finished_at', 'measurements']).where('run_id', '=', runId)
  const before = await query.where('id', 'in', ids).where('finished_at', 'is not', null).execute()
  for (const { step, name, at } of before.flatMap((one) => pointsOf(system, one))) {
    const old = tx.deleteFrom('measurements').where('system', '=', system).where('step', '=', step)
    await old.where('name', '=', name).where('at', '=', at).execute()
  }
  for (const batch of batches(steps.flatMap((step) => pointsOf(system, step)))) {
    await tx.insertInto('measurements').values(batch).execute()
  }
}
