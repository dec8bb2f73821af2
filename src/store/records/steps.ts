import { type NotNull, type Selectable, sql, type Transaction } from 'kysely'
import { VigieError } from '../../core/errors.ts'
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
import { type EvidenceColumns, evidenceDigest, stepDigest } from '../digests.ts'
import { runEnded, runEndedHint } from '../messages.ts'
import type { Tables } from '../schema.ts'
import type { EvidenceRow, StepRecord, StepRow, StoredAction } from '../step-row.ts'
import { replaceMeasurements } from './measurements.ts'
import { type FindingMark, settleFindings } from './settle-findings.ts'

/**
 * Keeps steps of one run that is running, with all that belongs to them. Rows that other runs write too are taken in the
 * order of their keys: two runs that end together would otherwise wait for each other on PostgreSQL. Throws `locked` when
 * the run was marked interrupted meanwhile: what that mark covers stays as it is.
 */
export async function recordSteps(tx: Transaction<Tables>, records: readonly StepRecord[]): Promise<void> {
  const [first] = records
  if (first === undefined) return
  const { runId } = first.step
  const run = await holdRun(tx, runId)
  const looks = records.flatMap(({ findings }) => findings ?? [])
  const marks = (await settleFindings(tx, looks)).values()
  const kept = records.map(({ step, evidence, findings }) => {
    const own = evidence.map((row, position) => evidenceValues(runId, step.id, position, row))
    return { step: stepValues(step, own, findings && marks.next().value), evidence: own }
  })
  const steps = kept.map(({ step }) => step)
  const ids = steps.map(({ id }) => id)
  if (run.is_dry_run === 0) await replaceMeasurements(tx, run.system, runId, steps)
  for (const batch of batches(steps)) await upsertSteps(tx, batch)
  await keepLast(tx, runId, ids)
  await tx.deleteFrom('evidence').where('run_id', '=', runId).where('step', 'in', ids).execute()
  for (const batch of batches(kept.flatMap(({ evidence }) => evidence))) {
    await tx.insertInto('evidence').values(batch).execute()
  }
}

/** Keeps others from ending the run before the transaction ends. */
async function holdRun(
  tx: Transaction<Tables>,
  runId: string,
): Promise<Pick<Selectable<Tables['runs']>, 'system' | 'is_dry_run'>> {
  const held = await tx
    .updateTable('runs')
    .set({ status: 'running' })
    .where('id', '=', runId)
    .where('status', '=', 'running')
    .returning(['system', 'is_dry_run'])
    .executeTakeFirst()
  if (held === undefined)
    throw new VigieError('locked', runEnded({ run: runId }), { hint: runEndedHint({ run: runId }) })
  return held
}

/** Marks the steps that had not ended, and gives how many these are. One that was altered stays so, and is seen as such. */
export async function interruptSteps(tx: Transaction<Tables>, runId: string): Promise<number> {
  const pending = await tx
    .selectFrom('steps')
    .selectAll()
    .where('run_id', '=', runId)
    .where('status', '=', 'pending')
    .execute()
  const evidence = tx.selectFrom('evidence').selectAll().where('run_id', '=', runId).orderBy('position')
  const kept = pending.length === 0 ? [] : await evidence.execute()
  const byStep = Map.groupBy(kept, ({ step }) => step)
  const marked = pending.map((row) => {
    const seen = evidenceDigest(byStep.get(row.id) ?? [])
    const next: Tables['steps'] = { ...row, status: 'interrupted' }
    return { ...next, digest: row.digest === stepDigest(row, seen) ? stepDigest(next, seen) : row.digest }
  })
  for (const batch of batches(marked)) await upsertSteps(tx, batch)
  return marked.length
}

async function upsertSteps(tx: Transaction<Tables>, values: readonly Tables['steps'][]): Promise<void> {
  await tx
    .insertInto('steps')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'id']).doUpdateSet(() => {
        const columns = Object.keys(values[0] ?? {}).filter((column) => column !== 'run_id' && column !== 'id')
        return Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)]))
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

/** The row of a step, with the digest of it and its evidence. */
export function stepValues(
  step: StepRow,
  evidence: readonly EvidenceColumns[] = [],
  marks: readonly FindingMark[] = [],
): Tables['steps'] {
  const values = { ...stepColumns(step), finding_marks: json(marks) }
  return { ...values, digest: stepDigest(values, evidenceDigest(evidence)) }
}

function stepColumns(step: StepRow): Omit<Tables['steps'], 'finding_marks' | 'digest'> {
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
    status: row.status,
    reason: parsedOr(row.reason),
    remedy: parsedOr(row.remedy),
    startedAt: dateOr(row.started_at),
    durationMs: orUndefined(row.duration_ms),
    attempts: row.attempts,
    effect: row.effect,
    criticality: row.criticality,
    measurements: parsed(row.measurements),
    findings: parsed(row.findings),
    actions: parsed<WrittenAction[]>(row.actions).map(actionOf),
  }
}

/** JSON leaves out what is undefined; a row has every member. */
type WrittenAction = Omit<StoredAction, 'bytes' | 'note'> & Partial<StoredAction>

function actionOf(written: WrittenAction): StoredAction {
  return { bytes: undefined, note: undefined, ...written }
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
