import type { Kysely, Selectable } from 'kysely'
import type { RunStatus, StepStatus } from '../../core/words.ts'
import { date, dateOr, iso, isoOrNull, json, jsonOrNull, orNull, orUndefined, parsed, parsedOr } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { EvidenceRow, RunRow, RunStore, StepRow } from '../store.ts'

export function runRecords(db: Kysely<Tables>): RunStore {
  return {
    create: (run, steps) =>
      db.transaction().execute(async (tx) => {
        await tx.insertInto('runs').values(runValues(run)).execute()
        for (const step of steps) await tx.insertInto('steps').values(stepValues(step)).execute()
      }),
    recordStep: (step, evidence) =>
      db.transaction().execute(async (tx) => {
        const { run_id, id, ...changes } = stepValues(step)
        await tx.updateTable('steps').set(changes).where('run_id', '=', run_id).where('id', '=', id).execute()
        await tx.deleteFrom('evidence').where('run_id', '=', run_id).where('step', '=', id).execute()
        for (const [position, row] of evidence.entries()) {
          await tx
            .insertInto('evidence')
            .values(evidenceValues(run_id, id, position, row))
            .execute()
        }
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
          .where('started_at', 'is', null)
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
        .selectFrom('steps')
        .innerJoin('runs', 'runs.id', 'steps.run_id')
        .selectAll('steps')
        .select('runs.routine as routine')
        .where('runs.system', '=', system)
        .where('runs.is_dry_run', '=', 0)
        .where('steps.finished_at', 'is not', null)
        .where(({ eb, selectFrom }) =>
          eb(
            'steps.finished_at',
            '=',
            selectFrom('steps as newer')
              .innerJoin('runs as newer_run', 'newer_run.id', 'newer.run_id')
              .select(({ fn }) => fn.max('newer.finished_at').as('latest'))
              .whereRef('newer.id', '=', 'steps.id')
              .where('newer_run.system', '=', system)
              .where('newer_run.is_dry_run', '=', 0),
          ),
        )
        .execute()
      const latest = new Map(rows.map((row) => [row.id, row]))
      return [...latest.values()].map((row) => ({
        ...stepOf(row),
        finishedAt: date(row.finished_at ?? ''),
        routine: row.routine,
      }))
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

function stepValues(step: StepRow): Tables['steps'] {
  const { startedAt, durationMs } = step
  return {
    run_id: step.runId,
    id: step.id,
    position: step.position,
    component: step.component,
    kind: step.kind,
    status: step.status,
    reason: jsonOrNull(step.reason),
    remedy: jsonOrNull(step.remedy),
    started_at: isoOrNull(startedAt),
    finished_at: startedAt === undefined ? null : iso(new Date(startedAt.getTime() + (durationMs ?? 0))),
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
    actions: parsed(row.actions),
  }
}

function evidenceValues(runId: string, step: string, position: number, row: EvidenceRow): Tables['evidence'] {
  return {
    run_id: runId,
    step,
    position,
    attempt: row.attempt,
    what: storable(row.what),
    exit_code: orNull(row.exitCode),
    output: row.output === undefined ? null : storable(row.output),
    duration_ms: orNull(row.durationMs),
  }
}

/** PostgreSQL keeps no NUL in a text, and a lone surrogate is no UTF-8. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\u2400').toWellFormed()
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
