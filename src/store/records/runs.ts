import type { Kysely, Selectable } from 'kysely'
import type { RunStatus } from '../../core/words.ts'
import { batches, date, dateOr, iso, isoOrNull, orNull, orUndefined } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { RunRow, RunStore } from '../store.ts'
import { whileOthersAreFaster } from './findings.ts'
import { evidenceOf, recordSteps, stepOf, stepValues } from './steps.ts'

export function runRecords(db: Kysely<Tables>): RunStore {
  return {
    create: (run, steps) =>
      db.transaction().execute(async (tx) => {
        await tx.insertInto('runs').values(runValues(run)).execute()
        for (const batch of batches(steps.map(stepValues))) await tx.insertInto('steps').values(batch).execute()
      }),
    recordSteps: (records) => whileOthersAreFaster(() => db.transaction().execute((tx) => recordSteps(tx, records))),
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
    list: async ({ system, routine, statuses, isDryRun, limit }) => {
      if (statuses?.length === 0) return []
      let query = db.selectFrom('runs').selectAll().orderBy('started_at', 'desc').orderBy('id').limit(limit)
      if (system !== undefined) query = query.where('system', '=', system)
      if (routine !== undefined) query = query.where('routine', '=', routine)
      if (statuses !== undefined) query = query.where('status', 'in', [...statuses])
      if (isDryRun !== undefined) query = query.where('is_dry_run', '=', isDryRun ? 1 : 0)
      return (await query.execute()).map(runOf)
    },
    steps: async (runId) =>
      (await db.selectFrom('steps').selectAll().where('run_id', '=', runId).orderBy('position').execute()).map(stepOf),
    evidence: async (runId, step) => {
      const query = db.selectFrom('evidence').selectAll().where('run_id', '=', runId).where('step', '=', step)
      return (await query.orderBy('position').execute()).map(evidenceOf)
    },
    allEvidence: async (runId) => {
      const query = db.selectFrom('evidence').selectAll().where('run_id', '=', runId)
      const rows = await query.orderBy('step').orderBy('position').execute()
      const steps = Map.groupBy(rows, ({ step }) => step)
      return new Map([...steps].map(([step, own]) => [step, own.map(evidenceOf)]))
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
