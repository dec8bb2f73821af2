import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { createParquetProcess } from '../../../platform/parquet-process.ts'
import type { Acting } from '../acting/acting.ts'
import { awaitRoom } from '../acting/room-to-act.ts'
import type { PostgresOptions } from '../options.ts'
import { createReferenceBudget } from './batch-references.ts'
import { dropEmptied } from './drop-emptied.ts'
import { dropPartition, finishDropping } from './drop-partition.ts'
import type { RetentionLook } from './look.ts'
import { moveBatch } from './move-batch.ts'
import { exportBatch, type ParquetWay } from './parquet-batch.ts'
import { fileColumns } from './parquet-columns.ts'
import { claimFolder, writeManifest } from './parquet-folder.ts'
import { refuseRule } from './refusal.ts'
import { resolvePending } from './resolve-pending.ts'
import type { RetentionRule } from './rule.ts'
import { type Progress, runBatches } from './run-batches.ts'

/** Lets the rows go that a look found: batch by batch into the archive, into files, or for good. */
export async function followRule(
  session: Acting,
  look: RetentionLook,
  rule: RetentionRule,
  component: Component<PostgresOptions>,
  ctx: StepContext,
): Promise<Progress> {
  const { subject, condition, archive } = look
  const { options } = component
  if (look.files !== undefined) return exportRows(session, look, look.files, component, rule, ctx)
  if (archive !== undefined && archive.ddl.length > 0)
    await session.transaction(async () => {
      for (const statement of archive.ddl) await session.query(statement)
    })
  const budget = createReferenceBudget(look.references)
  const whole = archive === undefined ? look.partitions.reduce((sum, one) => sum + one.count, 0) : 0
  const dropped = archive === undefined ? await dropPartitions(session, look, options, ctx) : 0
  const progress = await runBatches(session, subject, rule, look.count - whole, options, ctx, (after, limit) =>
    moveBatch(session, subject, condition, { after, limit, archive }, budget),
  )
  if (archive !== undefined) return withoutEmptied(session, look, progress, options, ctx)
  return { ...progress, count: progress.count + dropped }
}

async function withoutEmptied(
  session: Acting,
  { partitions }: RetentionLook,
  progress: Progress,
  options: PostgresOptions,
  ctx: StepContext,
): Promise<Progress> {
  if (progress.isWhole) await dropEmptied(session, partitions, options, ctx)
  return progress
}

/** Gives how many rows went with them. */
async function dropPartitions(
  session: Acting,
  { subject, condition, partitions, halfDropped }: RetentionLook,
  options: PostgresOptions,
  ctx: StepContext,
): Promise<number> {
  if (!subject.isPartitioned) return 0
  if (halfDropped.length > 0) await finishDropping(session, subject, condition, halfDropped)
  let count = 0
  for (const partition of partitions) {
    ctx.signal.throwIfAborted()
    await awaitRoom(session, options.limits, ctx)
    await dropPartition(session, subject, partition)
    count += partition.count
  }
  return count
}

async function exportRows(
  session: Acting,
  look: RetentionLook,
  { folder, asText }: NonNullable<RetentionLook['files']>,
  { system, name, options }: Component<PostgresOptions>,
  rule: RetentionRule,
  ctx: StepContext,
): Promise<Progress> {
  const { subject, condition, count, references } = look
  const table = `${subject.schema}.${subject.table}`
  const way: ParquetWay = {
    folder,
    columns: await fileColumns(session, subject, asText),
    process: createParquetProcess(),
  }
  const budget = createReferenceBudget(references)
  try {
    const unwritten = (error: Error): never => {
      throw refuseRule({ rule: subject.rule, table, why: 'folder', detail: error.message })
    }
    const whose = await claimFolder(folder, `${system}/${name}`).catch(unwritten)
    if (whose !== undefined)
      throw refuseRule({ rule: subject.rule, table, why: 'folder-taken', detail: `${folder}: ${whose}` })
    await writeManifest(folder, table, way.columns).catch(unwritten)
    await resolvePending(session, subject, way)
    const progress = await runBatches(session, subject, rule, count, options, ctx, (after, limit) =>
      exportBatch(session, subject, condition, way, { after, limit }, budget),
    )
    return await withoutEmptied(session, look, progress, options, ctx)
  } finally {
    await way.process.close()
  }
}
