import type { Kysely } from 'kysely'
import { evidenceDigest, stepDigest, stepsDigest } from '../digests.ts'
import { pointsOf } from '../records/measurements.ts'
import type { Tables } from '../schema.ts'
import { comparePoints } from './compare-points.ts'
import { addMark, markKey, type Progress, readable } from './progress.ts'

type Run = Pick<Tables['runs'], 'id' | 'system' | 'is_dry_run'>
type Step = Tables['steps']

const stepsAtOnce = 200
/** A row holds 64,000 characters at most. */
const evidenceAtOnce = 200

/** Compares the steps of runs with their digests, and gives for each run the digest of them all. */
export async function compareSteps(
  db: Kysely<Tables>,
  progress: Progress,
  runs: readonly Run[],
): Promise<ReadonlyMap<string, string>> {
  const byId = new Map(runs.map((run) => [run.id, run]))
  const steps = new Map<string, { id: string; digest: string }[]>(runs.map(({ id }) => [id, []]))
  let last: Step | undefined
  while (runs.length > 0) {
    const page = await stepsAfter(db, [...byId.keys()], last)
    await comparePage(db, progress, byId, page)
    for (const { run_id, id, digest } of page) steps.get(run_id)?.push({ id, digest })
    last = page.at(-1)
    if (page.length < stepsAtOnce) break
  }
  return new Map([...steps].map(([run, own]) => [run, stepsDigest(own)]))
}

async function comparePage(
  db: Kysely<Tables>,
  progress: Progress,
  runs: ReadonlyMap<string, Run>,
  page: readonly Step[],
): Promise<void> {
  const seen = await evidenceOf(db, page)
  const nothing = evidenceDigest([])
  for (const step of page) {
    if (step.digest !== stepDigest(step, seen.get(keyOf(step.run_id, step.id)) ?? nothing)) {
      progress.problems.push({ seq: undefined, what: 'step', how: 'altered', id: `${step.run_id} ${step.id}` })
    }
    const system = runs.get(step.run_id)?.system ?? ''
    const marks = readable(step.finding_marks)
    for (const mark of Array.isArray(marks) ? marks : []) {
      if (Array.isArray(mark)) addMark(progress, markKey(system, String(mark[0])), mark[1], mark[2])
    }
  }
  const figures = page.filter(({ run_id }) => runs.get(run_id)?.is_dry_run === 0).map(withReadableFigures)
  for (const [system, own] of Map.groupBy(figures, ({ run_id }) => runs.get(run_id)?.system ?? '')) {
    const points = own.flatMap((step) => pointsOf(system, step))
    await comparePoints(db, progress, system, points)
  }
}

function withReadableFigures(step: Step): Step {
  return readable(step.measurements) instanceof Object ? step : { ...step, measurements: '{}' }
}

function stepsAfter(db: Kysely<Tables>, runs: readonly string[], last: Step | undefined): Promise<Step[]> {
  let query = db
    .selectFrom('steps')
    .selectAll()
    .where('run_id', 'in', [...runs])
  if (last !== undefined) {
    const { run_id, id } = last
    query = query.where(({ eb, refTuple, tuple }) => eb(refTuple('run_id', 'id'), '>', tuple(run_id, id)))
  }
  return query.orderBy('run_id').orderBy('id').limit(stepsAtOnce).execute()
}

/** The digest of the evidence of each step of a page that has any; the evidence of one step is held at a time. */
async function evidenceOf(db: Kysely<Tables>, page: readonly Step[]): Promise<ReadonlyMap<string, string>> {
  const digests = new Map<string, string>()
  if (page.length === 0) return digests
  const runs = [...new Set(page.map(({ run_id }) => run_id))]
  const steps = [...new Set(page.map(({ id }) => id))]
  let own: Tables['evidence'][] = []
  const close = (): void => {
    const [first] = own
    if (first !== undefined) digests.set(keyOf(first.run_id, first.step), evidenceDigest(own))
  }
  for (let last: Tables['evidence'] | undefined; ; ) {
    let query = db.selectFrom('evidence').selectAll().where('run_id', 'in', runs).where('step', 'in', steps)
    if (last !== undefined) {
      const { run_id, step, position } = last
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple('run_id', 'step', 'position'), '>', tuple(run_id, step, position)),
      )
    }
    const rows = await query.orderBy('run_id').orderBy('step').orderBy('position').limit(evidenceAtOnce).execute()
    for (const row of rows) {
      if (own[0]?.run_id !== row.run_id || own[0].step !== row.step) {
        close()
        own = []
      }
      own.push(row)
    }
    last = rows.at(-1)
    if (rows.length < evidenceAtOnce) break
  }
  close()
  return digests
}

const keyOf = (run: string, step: string): string => `${run}\0${step}`
