import type { Kysely, Selectable, Transaction } from 'kysely'
import type { RunStatus, StepStatus } from '../../core/words.ts'
import {
  batches,
  date,
  dateOr,
  iso,
  isoOrNull,
  json,
  jsonOrNull,
  orNull,
  orUndefined,
  parsed,
  parsedOr,
  plain,
  plainOrNull,
} from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { EvidenceRow, RunRow, RunStore, StepRow, StoredAction } from '../store.ts'

export function runRecords(db: Kysely<Tables>): RunStore {
  return {
    create: (run, steps) =>
      db.transaction().execute(async (tx) => {
        await tx.insertInto('runs').values(runValues(run)).execute()
        for (const batch of batches(steps.map(stepValues))) await tx.insertInto('steps').values(batch).execute()
      }),
    recordStep: (step, evidence) =>
      db.transaction().execute(async (tx) => {
        const values = stepValues(step)
        const { run_id, id, ...changes } = values
        await tx
          .insertInto('steps')
          .values(values)
          .onConflict((conflict) => conflict.columns(['run_id', 'id']).doUpdateSet(changes))
          .execute()
        await keepLast(tx, values)
        await tx.deleteFrom('evidence').where('run_id', '=', run_id).where('step', '=', id).execute()
        const rows = evidence.map((row, position) => evidenceValues(run_id, id, position, row))
        for (const batch of batches(rows)) await tx.insertInto('evidence').values(batch).execute()
      }),
    finish: async (id, { status, finishedAt, durationMs, plan }) => {
      const end = { status, finished_at: isoOrNull(finishedAt), duration_ms: orNull(durationMs), plan: orNull(plan) }
      await db.updateTable('runs').set(end).where('id', '=', id).execute()
    },
    markInterrupted: (id, at) =>
      db.transaction().execute(async (tx) => {
        const end = { status: 'interrupted', finished_at: iso(at) }
        const changed = await tx
          .updateTable('runs')
          .set(end)
          .where('id', '=', id)
          .where('status', '=', 'running')
          .executeTakeFirst()
        if (changed.numUpdatedRows === 0n) return false
        await tx
          .updateTable('steps')
          .set({ status: 'interrupted' })
          .where('run_id', '=', id)
          .where('status', '=', 'pending')
          .execute()
        return true
      }),
    get: async (id) => {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
      return row && runOf(row)
    },
    list: async ({ system, routine, status, limit }) => {
      let query = db.selectFrom('runs').selectAll().orderBy('started_at', 'desc').orderBy('id').limit(limit)
      if (system !== undefined) query = query.where('system', '=', system)
      if (routine !== undefined) query = query.where('routine', '=', routine)
      if (status !== undefined) query = query.where('status', '=', status)
      return (await query.execute()).map(runOf)
    },
    steps: async (runId) =>
      (await db.selectFrom('steps').selectAll().where('run_id', '=', runId).orderBy('position').execute()).map(stepOf),
    evidence: async (runId, step) => {
      const query = db.selectFrom('evidence').selectAll().where('run_id', '=', runId).where('step', '=', step)
      return (await query.orderBy('position').execute()).map(evidenceOf)
    },
    lastResults: async (system) => {
      const rows = await db
        .selectFrom('last_results')
        .innerJoin('steps', (join) =>
          join.onRef('steps.run_id', '=', 'last_results.run_id').onRef('steps.id', '=', 'last_results.step'),
        )
        .innerJoin('runs', 'runs.id', 'last_results.run_id')
        .selectAll('steps')
        .select(['runs.routine as routine', 'last_results.finished_at as ended_at'])
        .where('last_results.system', '=', system)
        .orderBy('last_results.step')
        .execute()
      return rows.map((row) => ({ ...stepOf(row), finishedAt: date(row.ended_at), routine: row.routine }))
    },
  }
}

/** Notes the run as the one with the newest result of the step, unless it is a dry run or a newer result is known. */
async function keepLast(tx: Transaction<Tables>, step: Tables['steps']): Promise<void> {
  const { run_id, id, finished_at } = step
  if (finished_at === null) return
  const run = await tx.selectFrom('runs').select(['system', 'is_dry_run']).where('id', '=', run_id).executeTakeFirst()
  if (run === undefined || run.is_dry_run === 1) return
  await tx
    .insertInto('last_results')
    .values({ system: run.system, step: id, run_id, finished_at })
    .onConflict((conflict) =>
      conflict
        .columns(['system', 'step'])
        .doUpdateSet({ run_id, finished_at })
        .where('last_results.finished_at', '<=', finished_at),
    )
    .execute()
}

function runValues(run: RunRow): Tables['runs'] {
  return {
    id: run.id,
    system: run.system,
    routine: run.routine,
    status: run.status,
    started_at: iso(run.startedAt),
    finished_at: isoOrNull(run.finishedAt),
    duration_ms: orNull(run.durationMs),
    is_dry_run: run.isDryRun ? 1 : 0,
    plan: orNull(run.plan),
    started_by: run.startedBy,
    host: run.host,
    pid: run.pid,
  }
}

function runOf(row: Selectable<Tables['runs']>): RunRow {
  return {
    id: row.id,
    system: row.system,
    routine: row.routine,
    status: row.status as RunStatus,
    startedAt: date(row.started_at),
    finishedAt: dateOr(row.finished_at),
    durationMs: orUndefined(row.duration_ms),
    isDryRun: row.is_dry_run === 1,
    plan: orUndefined(row.plan),
    startedBy: row.started_by,
    host: row.host,
    pid: row.pid,
  }
}

function stepValues(step: StepRow): Tables['steps'] {
  const { startedAt, durationMs, status } = step
  const hasEnded = startedAt !== undefined && status !== 'pending'
  return {
    run_id: step.runId,
    id: step.id,
    position: step.position,
    component: step.component,
    kind: step.kind,
    status,
    reason: jsonOrNull(step.reason),
    remedy: jsonOrNull(step.remedy),
    started_at: isoOrNull(startedAt),
    finished_at: hasEnded ? iso(new Date(startedAt.getTime() + (durationMs ?? 0))) : null,
    duration_ms: orNull(durationMs),
    attempts: step.attempts,
    effect: step.effect,
    criticality: step.criticality,
    measurements: json(step.measurements),
    findings: json(step.findings),
    actions: json(step.actions),
  }
}

function stepOf(row: Selectable<Tables['steps']>): StepRow {
  return {
    runId: row.run_id,
    id: row.id,
    position: row.position,
    component: row.component,
    kind: row.kind,
    status: row.status as StepStatus,
    reason: parsedOr(row.reason),
    remedy: parsedOr(row.remedy),
    startedAt: dateOr(row.started_at),
    durationMs: orUndefined(row.duration_ms),
    attempts: row.attempts,
    effect: row.effect as StepRow['effect'],
    criticality: row.criticality as StepRow['criticality'],
    measurements: parsed(row.measurements),
    findings: parsed(row.findings),
    actions: parsed<Partial<StoredAction>[]>(row.actions).map(actionOf),
  }
}

/** JSON leaves out what is undefined; a row has every member. */
function actionOf(stored: Partial<StoredAction>): StoredAction {
  return { bytes: undefined, note: undefined, ...stored } as StoredAction
}

function evidenceValues(runId: string, step: string, position: number, row: EvidenceRow): Tables['evidence'] {
  return {
    run_id: runId,
    step,
    position,
    attempt: row.attempt,
    what: plain(row.what),
    exit_code: orNull(row.exitCode),
    output: plainOrNull(row.output),
    duration_ms: orNull(row.durationMs),
  }
}

function evidenceOf(row: Selectable<Tables['evidence']>): EvidenceRow {
  return {
    attempt: row.attempt,
    what: row.what,
    exitCode: orUndefined(row.exit_code),
    output: orUndefined(row.output),
    durationMs: orUndefined(row.duration_ms),
  }
}
