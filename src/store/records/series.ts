import { type CompiledQuery, type Kysely, sql, type Transaction } from 'kysely'
import { keyOf, type Labels, type Point } from '../../core/series.ts'
import { parsed } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { HotPoint, SeriesStore } from '../watch-store.ts'
import { createSeriesIds, keptLabels } from './series-ids.ts'

/** The rows of one statement, largest first: a few sizes, so that their statements are made once and stay prepared. */
const statementRows = [1024, 256, 64, 16, 4, 1] as const

export function seriesRecords(db: Kysely<Tables>): SeriesStore {
  const ids = createSeriesIds()
  const statements = createStatements()
  return {
    add: async (system, points) => {
      const numbers = points.filter(({ value }) => Number.isFinite(value))
      if (numbers.length === 0) return
      const known = await db.transaction().execute(async (tx) => {
        const found = await ids.find(tx, system, numbers)
        await insert(tx, statements, rowsOf(numbers, found))
        return found
      })
      // What a transaction that failed had made is not there.
      ids.keep(system, known)
    },
    find: async (system, name, labels = {}) => {
      const rows = await db
        .selectFrom('series')
        .select(['id', 'name', 'labels'])
        .where('system', '=', system)
        .where('name', '=', name)
        .orderBy('id')
        .execute()
      const wanted = Object.entries(keptLabels(labels))
      return rows
        .map((row) => ({ ...row, labels: parsed<Labels>(row.labels) }))
        .filter((row) => wanted.every(([key, value]) => row.labels[key] === value))
    },
    names: async (system) => {
      const query = db.selectFrom('series').select('name').distinct().where('system', '=', system).orderBy('name')
      return (await query.execute()).map(({ name }) => name)
    },
    points: (series, since, until) =>
      db
        .selectFrom('points')
        .select(['at', 'value'])
        .where('series_id', '=', series)
        .where('at', '>=', since)
        .where('at', '<=', until)
        .orderBy('at')
        .execute(),
    series: async (numbers) => {
      if (numbers.length === 0) return []
      const query = db.selectFrom('series').select(['id', 'system', 'name', 'labels']).where('id', 'in', numbers)
      return (await query.execute()).map((row) => ({ ...row, labels: parsed<Labels>(row.labels) }))
    },
    span: (system) => spanOf(db, system),
    page: async (since, until, limit, after) => {
      const query = db
        .selectFrom('points')
        .select(['series_id as series', 'at', 'value'])
        .where('at', '>=', since)
        .where('at', '<', until)
        .$if(after !== undefined, (all) =>
          all.where(sql<boolean>`(series_id, at) > (${after?.series ?? 0}, ${after?.at ?? 0})`),
        )
      return query.orderBy('series_id').orderBy('at').limit(limit).execute()
    },
    steps: async (numbers, since, until, stepMs) => {
      if (numbers.length === 0) return []
      const step = sql.lit(Math.max(1, Math.round(stepMs)))
      const query = db
        .selectFrom('points')
        .where('series_id', 'in', numbers)
        .where('at', '>=', since)
        .where('at', '<', until)
        .select(({ fn }) => [
          'series_id as series',
          sql<number>`at - at % ${step}`.as('step'),
          fn.min('value').as('min'),
          fn.max('value').as('max'),
          fn.sum<number>('value').as('sum'),
          fn.countAll<number>().as('count'),
        ])
        .groupBy(['series_id', sql`at - at % ${step}`])
      const rows = await query.orderBy('series_id').orderBy('step').execute()
      return rows.map(({ step: at, ...row }) => ({ at, ...row }))
    },
    remove: async (spans) => {
      try {
        await db.transaction().execute(async (tx) => {
          for (const { series, since, until, count } of spans) {
            const { numDeletedRows } = await tx
              .deleteFrom('points')
              .where('series_id', '=', series)
              .where('at', '>=', since)
              .where('at', '<=', until)
              .executeTakeFirstOrThrow()
            if (Number(numDeletedRows) !== count) throw new CountChanged()
          }
        })
        return true
      } catch (error) {
        if (error instanceof CountChanged) return false
        throw error
      }
    },
  }
}

/** Undoes a removal: what was counted is not what is there. */
class CountChanged extends Error {}

/** In the order of their keys, in which all writers take them; the later of two for the same place counts. */
function rowsOf(points: readonly Point[], ids: ReadonlyMap<string, number>): readonly HotPoint[] {
  const rows = points.map((point) => ({
    series: ids.get(keyOf(point)) ?? 0,
    at: Math.round(point.at),
    value: point.value,
  }))
  rows.sort((a, b) => a.series - b.series || a.at - b.at)
  return rows.filter(({ series, at }, index) => rows[index + 1]?.series !== series || rows[index + 1]?.at !== at)
}

async function insert(tx: Transaction<Tables>, statements: Statements, rows: readonly HotPoint[]): Promise<void> {
  let done = 0
  for (const size of statementRows) {
    for (; rows.length - done >= size; done += size) {
      const parameters = rows.slice(done, done + size).flatMap(({ series, at, value }) => [series, at, value])
      await tx.executeQuery({ ...statements(tx, size), parameters })
    }
  }
}

type Statements = (tx: Transaction<Tables>, size: number) => CompiledQuery

/** Each statement is made once: to write its text takes longer than to write its rows. */
function createStatements(): Statements {
  const made = new Map<number, CompiledQuery>()
  return (tx, size) => {
    const one = made.get(size) ?? statementOf(tx, size)
    made.set(size, one)
    return one
  }
}

function statementOf(tx: Transaction<Tables>, size: number): CompiledQuery {
  const row = { series_id: 0, at: 0, value: 0 }
  return tx
    .insertInto('points')
    .values(Array.from({ length: size }, () => row))
    .onConflict((conflict) =>
      conflict.columns(['series_id', 'at']).doUpdateSet(({ ref }) => ({ value: ref('excluded.value') })),
    )
    .compile()
}

/** By the key of the points, series by series: a look through all points would be long. */
async function spanOf(
  db: Kysely<Tables>,
  system: string | undefined,
): Promise<{ readonly oldest: number; readonly newest: number } | undefined> {
  const ends = await db
    .selectFrom('series')
    .$if(system !== undefined, (all) => all.where('system', '=', system ?? ''))
    .select(({ selectFrom }) => {
      const own = selectFrom('points').whereRef('points.series_id', '=', 'series.id')
      return [
        own.select(({ fn }) => fn.min('points.at').as('at')).as('oldest'),
        own.select(({ fn }) => fn.max('points.at').as('at')).as('newest'),
      ]
    })
    .execute()
  let span: { oldest: number; newest: number } | undefined
  for (const { oldest, newest } of ends) {
    if (oldest === null || newest === null) continue
    span = { oldest: Math.min(oldest, span?.oldest ?? oldest), newest: Math.max(newest, span?.newest ?? newest) }
  }
  return span
}
