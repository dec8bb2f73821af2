import type { Kysely, Selectable, Transaction } from 'kysely'
import { batches, date, dateOr, iso, isoOrNull, orNull, orUndefined, plain } from '../codec.ts'
import { runDigest, stepsDigest } from '../digests.ts'
import type { RunRow, RunStore } from '../run-store.ts'
import type { Tables } from '../schema.ts'
import type { AuditedWrite } from './audit.ts'
import { evidenceOf, interruptSteps, recordSteps, stepOf, stepValues } from './steps.ts'
import { whileOthersAreFaster } from './try-again.ts'

export function runRecords(db: Kysely<Tables>, write: AuditedWrite): RunStore {
  return {
    create: (run, steps) =>
      write(async (tx, append) => {
        const { id, system, routine, is_dry_run, started_by: actor, host, pid } = runValues(run)
        await tx.insertInto('runs').values(runValues(run)).execute()
        const values = steps.map((step) => stepValues(step))
        for (const batch of batches(values)) await tx.insertInto('steps').values(batch).execute()
        const subject = { run: id, system, routine, dryRun: is_dry_run === 1, steps: steps.length, host, pid }
        await append({ at: run.startedAt, actor, event: 'run.started', subject })
      }),
    recordSteps: (records) => whileOthersAreFaster(() => db.transaction().execute((tx) => recordSteps(tx, records))),
    finish: (id, { status, finishedAt: at, durationMs, plan }) =>
      write(async (tx, append) => {
        const end = { status, finished_at: iso(at), duration_ms: orNull(durationMs), plan: orNull(plan) }
        const row = await endRun(tx, id, end)
        if (row === undefined) return false
        const { system, routine, is_dry_run, started_by: actor } = row
        const digests = await digestsOf(tx, row)
        const subject = { run: id, system, routine, dryRun: is_dry_run === 1, status, digests }
        await append({ at, actor, event: 'run.finished', subject })
        return true
      }),
    markInterrupted: (id, at) =>
      write(async (tx, append) => {
        const row = await endRun(tx, id, { status: 'interrupted', finished_at: iso(at) })
        if (row === undefined) return false
        const cutOff = await interruptSteps(tx, id)
        const digests = await digestsOf(tx, row)
        const subject = { run: id, system: row.system, cutOff, digests }
        await append({ at, actor: 'vigie', event: 'run.interrupted', subject })
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

/** Ends a run that is running, and gives its row; undefined when it is not running any more. */
function endRun(
  tx: Transaction<Tables>,
  id: string,
  end: Partial<Tables['runs']>,
): Promise<Tables['runs'] | undefined> {
  const running = tx.updateTable('runs').set(end).where('id', '=', id).where('status', '=', 'running')
  return running.returningAll().executeTakeFirst()
}

/** What the audit keeps of a run that ended. */
async function digestsOf(tx: Transaction<Tables>, row: Tables['runs']): Promise<{ run: string; steps: string }> {
  const steps = await tx.selectFrom('steps').select(['id', 'digest']).where('run_id', '=', row.id).execute()
  return { run: runDigest(row), steps: stepsDigest(steps) }
}

function runValues(run: RunRow): Tables['runs'] {
  return {
    id: run.id,
    system: run.system,
    routine: plain(run.routine),
    status: run.status,
    started_at: iso(run.startedAt),
    finished_at: isoOrNull(run.finishedAt),
    duration_ms: orNull(run.durationMs),
    is_dry_run: run.isDryRun ? 1 : 0,
    plan: orNull(run.plan),
    started_by: plain(run.startedBy),
    host: run.host,
    pid: run.pid,
  }
}

function runOf(row: Selectable<Tables['runs']>): RunRow {
  return {
    id: row.id,
    system: row.system,
    routine: row.routine,
    status: row.status,
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
