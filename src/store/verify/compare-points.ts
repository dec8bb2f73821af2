import { type Kysely, sql } from 'kysely'
import type { Tables } from '../schema.ts'
import { chunks, type Progress } from './progress.ts'

type Point = Tables['measurements']

/** Points looked up at once: three parameters each, and SQLite takes 32,766. */
const pointsAtOnce = 1000

/** Looks the points that steps gave up in the series, which are made from them. */
export async function comparePoints(
  db: Kysely<Tables>,
  progress: Progress,
  system: string,
  points: readonly Point[],
): Promise<void> {
  for (const chunk of chunks(points, pointsAtOnce)) {
    progress.points += chunk.length
    const wanted = sql.join(chunk.map(({ step, name, at }) => sql`(${step}, ${name}, ${at})`))
    // Both dialects call the columns of a list of values so.
    const list = sql<{ column1: string; column2: string; column3: string }>`(values ${wanted})`.as('wanted')
    const found = await db
      .selectFrom(list)
      // An inner join would be read the other way round by SQLite: all series for each list.
      .leftJoin('measurements as kept', (join) =>
        join
          .on('kept.system', '=', system)
          .onRef('kept.step', '=', 'wanted.column1')
          .onRef('kept.name', '=', 'wanted.column2')
          .onRef('kept.at', '=', 'wanted.column3'),
      )
      .select(['wanted.column1 as step', 'wanted.column2 as name', 'wanted.column3 as at', 'kept.value'])
      .execute()
    const values = Map.groupBy(found, keyOf)
    for (const point of chunk) {
      const there = values.get(keyOf(point))
      if (there?.some(({ value }) => value === point.value)) continue
      const how = there?.some(({ value }) => value !== null) ? 'altered' : 'missing'
      progress.problems.push({
        seq: undefined,
        what: 'measurement',
        how,
        id: `${point.step} ${point.name} ${point.at}`,
      })
    }
  }
}

const keyOf = ({ step, name, at }: Pick<Point, 'step' | 'name' | 'at'>): string => JSON.stringify([step, name, at])
