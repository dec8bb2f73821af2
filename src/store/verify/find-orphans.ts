import type { Kysely } from 'kysely'
import type { Tables } from '../schema.ts'
import type { Progress } from './progress.ts'

/** Of rows that belong to nothing, as many are named. */
const namedAtMost = 20

/** Rows that belong to no row which the audit tells of, and what is made from such rows. */
export async function findOrphans(db: Kysely<Tables>, progress: Progress): Promise<void> {
  const { problems } = progress
  const add = (what: 'step' | 'evidence' | 'finding-history' | 'measurement', id: string): void =>
    void problems.push({ seq: undefined, what, how: 'unrecorded', id })
  const steps = await db
    .selectFrom('steps')
    .leftJoin('runs', 'runs.id', 'steps.run_id')
    .select(['steps.run_id', 'steps.id'])
    .where('runs.id', 'is', null)
    .limit(namedAtMost)
    .execute()
  for (const { run_id, id } of steps) add('step', `${run_id} ${id}`)
  const evidence = await db
    .selectFrom('evidence')
    .leftJoin('steps', (join) =>
      join.onRef('steps.run_id', '=', 'evidence.run_id').onRef('steps.id', '=', 'evidence.step'),
    )
    .select(['evidence.run_id', 'evidence.step'])
    .distinct()
    .where('steps.id', 'is', null)
    .limit(namedAtMost)
    .execute()
  for (const { run_id, step } of evidence) add('evidence', `${run_id} ${step}`)
  const events = await db
    .selectFrom('finding_events as event')
    .leftJoin('findings', (join) =>
      join.onRef('findings.system', '=', 'event.system').onRef('findings.fingerprint', '=', 'event.fingerprint'),
    )
    .select('event.fingerprint')
    .distinct()
    .where('findings.fingerprint', 'is', null)
    .limit(namedAtMost)
    .execute()
  for (const { fingerprint } of events) add('finding-history', fingerprint)
  await findStrayPoints(db, progress, (id) => add('measurement', id))
  await compareLastResults(db, progress)
}

/** Points that no step gave; looked for only when there are more than the steps have. */
async function findStrayPoints(db: Kysely<Tables>, progress: Progress, add: (id: string) => void): Promise<void> {
  const counted = await db
    .selectFrom('measurements')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  const extra = Number(counted.rows) - progress.points
  if (extra === 0 && !progress.problems.some(({ what }) => what === 'measurement')) return
  const stray = await db
    .selectFrom('measurements as point')
    .leftJoin(
      (from) =>
        from
          .selectFrom('steps')
          .innerJoin('runs', 'runs.id', 'steps.run_id')
          .select(['runs.system', 'steps.id', 'steps.finished_at'])
          .where('runs.is_dry_run', '=', 0)
          .where('steps.finished_at', 'is not', null)
          .as('given'),
      (join) =>
        join
          .onRef('given.system', '=', 'point.system')
          .onRef('given.id', '=', 'point.step')
          .onRef('given.finished_at', '=', 'point.at'),
    )
    .select(['point.step', 'point.name', 'point.at'])
    .where('given.id', 'is', null)
    .limit(namedAtMost)
    .execute()
  for (const { step, name, at } of stray) add(`${step} ${name} ${at}`)
  if (stray.length === 0 && extra > 0) add(`+${extra}`)
}

/** The newest result of each step is made from the steps. */
async function compareLastResults(db: Kysely<Tables>, { problems }: Progress): Promise<void> {
  const newest = await db
    .selectFrom('steps')
    .innerJoin('runs', 'runs.id', 'steps.run_id')
    .select(({ fn }) => ['runs.system', 'steps.id', fn.max('steps.finished_at').as('at')])
    .where('runs.is_dry_run', '=', 0)
    .where('steps.finished_at', 'is not', null)
    .groupBy(['runs.system', 'steps.id'])
    .execute()
  const kept = await db
    .selectFrom('last_results as last')
    .leftJoin('steps', (join) => join.onRef('steps.run_id', '=', 'last.run_id').onRef('steps.id', '=', 'last.step'))
    .leftJoin('runs', 'runs.id', 'last.run_id')
    .select(['last.system', 'last.step', 'last.finished_at', 'steps.finished_at as given', 'runs.system as owner'])
    .execute()
  const known = new Map(kept.map((row) => [keyOf(row.system, row.step), row]))
  for (const { system, id, at } of newest) {
    const row = known.get(keyOf(system, id))
    known.delete(keyOf(system, id))
    if (row?.finished_at === at && row.given === at && row.owner === system) continue
    problems.push({ seq: undefined, what: 'last-result', how: row === undefined ? 'missing' : 'altered', id })
  }
  for (const { step } of known.values()) {
    problems.push({ seq: undefined, what: 'last-result', how: 'unrecorded', id: step })
  }
}

const keyOf = (system: string, step: string): string => `${system}\0${step}`
