import type { NotNull, Selectable, Transaction } from 'kysely'
import type { StepStatus } from '../../core/words.ts'
import {
  batches,
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
import type { EvidenceRow, StepRecord, StepRow, StoredAction } from '../store.ts'
import { settleFindings } from './findings.ts'
import { addMeasurements } from './measurements.ts'

/**
 * Keeps steps of one run. Rows that other runs write too are taken in the order of their keys: two runs that end
 * together would otherwise wait for each other on PostgreSQL.
 */
export async function recordSteps(tx: Transaction<Tables>, records: readonly StepRecord[]): Promise<void> {
  const [first] = records
  if (first === undefined) return
  const { runId } = first.step
  const ids = records.map(({ step }) => step.id)
  for (const batch of batches(records))
    await upsertSteps(
      tx,
      batch.map(({ step }) => stepValues(step)),
    )
  await keepLast(tx, runId, ids)
  await tx.deleteFrom('evidence').where('run_id', '=', runId).where('step', 'in', ids).execute()
  const evidence = records.flatMap(({ step, evidence }) =>
    evidence.map((row, position) => evidenceValues(runId, step.id, position, row)),
  )
  for (const batch of batches(evidence)) await tx.insertInto('evidence').values(batch).execute()
  await addMeasurements(
    tx,
    records.flatMap(({ measurements }) => measurements ?? []),
  )
  await settleFindings(
    tx,
    records.flatMap(({ findings }) => findings ?? []),
  )
}

async function upsertSteps(tx: Transaction<Tables>, values: readonly Tables['steps'][]): Promise<void> {
  await tx
    .insertInto('steps')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'id']).doUpdateSet(({ ref }) => {
        const columns = Object.keys(values[0] ?? {}).filter((column) => column !== 'run_id' && column !== 'id')
        return Object.fromEntries(columns.map((column) => [column, ref(`excluded.${column as 'status'}`)]))
      }),
    )
    .execute()
}

/** Notes the run as the one with the newest result of the steps, unless it is a dry run or a newer result is known. */
async function keepLast(tx: Transaction<Tables>, runId: string, ids: readonly string[]): Promise<void> {
  await tx
    .insertInto('last_results')
    .columns(['system', 'step', 'run_id', 'finished_at'])
    .expression((from) =>
      from
        .selectFrom('steps')
        .innerJoin('runs', 'runs.id', 'steps.run_id')
        .select(['runs.system', 'steps.id', 'steps.run_id', 'steps.finished_at'])
        .$narrowType<{ finished_at: NotNull }>()
        .where('steps.run_id', '=', runId)
        .where('steps.id', 'in', ids)
        .where('steps.finished_at', 'is not', null)
        .where('runs.is_dry_run', '=', 0)
        .orderBy('steps.id'),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['system', 'step'])
        .doUpdateSet(({ ref }) => ({ run_id: ref('excluded.run_id'), finished_at: ref('excluded.finished_at') }))
        .whereRef('last_results.finished_at', '<=', 'excluded.finished_at'),
    )
    .execute()
}

export function stepValues(step: StepRow): Tables['steps'] {
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

export function stepOf(row: Selectable<Tables['steps']>): StepRow {
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

export function evidenceOf(row: Selectable<Tables['evidence']>): EvidenceRow {
  return {
    attempt: row.attempt,
    what: row.what,
    exitCode: orUndefined(row.exit_code),
    output: orUndefined(row.output),
    durationMs: orUndefined(row.duration_ms),
  }
}
