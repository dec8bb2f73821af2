import type { Kysely } from 'kysely'
import { fieldOf } from '../../core/field-of.ts'
import type { AuditEntry } from '../audit-log.ts'
import { iso } from '../codec.ts'
import { runDigest } from '../digests.ts'
import type { Tables } from '../schema.ts'
import { compareSteps } from './compare-steps.ts'
import { chunks, type Progress } from './progress.ts'

const runsAtOnce = 100

/** Compares the runs that entries tell of: as they began, and, when they ended, with all that they recorded. */
export async function compareRuns(
  db: Kysely<Tables>,
  progress: Progress,
  entries: readonly AuditEntry[],
): Promise<void> {
  const started = entries.filter(({ event }) => event === 'run.started')
  const ended = entries.filter(({ event }) => event === 'run.finished' || event === 'run.interrupted')
  progress.told.started += started.length
  progress.told.ended += ended.length
  for (const chunk of chunks(started, runsAtOnce)) {
    const rows = await rowsOf(db, chunk)
    for (const entry of chunk) {
      const row = rows.get(runOf(entry))
      if (row === undefined) problem(entry, 'missing')
      else if (!isAsStarted(row, entry)) problem(entry, 'altered')
    }
  }
  for (const chunk of chunks(ended, runsAtOnce)) {
    const rows = await rowsOf(db, chunk)
    const steps = await compareSteps(db, progress, [...rows.values()])
    for (const entry of chunk) {
      const row = rows.get(runOf(entry))
      if (row === undefined) continue
      const told = entry.subject['digests']
      if (fieldOf(told, 'run') !== runDigest(row)) problem(entry, 'altered')
      if (fieldOf(told, 'steps') !== steps.get(row.id)) problem(entry, 'altered', 'steps-of-run')
    }
  }

  function problem(entry: AuditEntry, how: 'missing' | 'altered', what: 'run' | 'steps-of-run' = 'run'): void {
    progress.problems.push({ seq: entry.seq, what, how, id: runOf(entry) })
  }
}

async function rowsOf(
  db: Kysely<Tables>,
  entries: readonly AuditEntry[],
): Promise<ReadonlyMap<string, Tables['runs']>> {
  const rows = await db.selectFrom('runs').selectAll().where('id', 'in', entries.map(runOf)).execute()
  return new Map(rows.map((row) => [row.id, row]))
}

const runOf = ({ subject }: AuditEntry): string => String(subject['run'])

function isAsStarted(row: Tables['runs'], { at, actor, subject }: AuditEntry): boolean {
  const begun = [row.system, row.routine, row.is_dry_run === 1, row.host, row.pid, row.started_at, row.started_by]
  const { system, routine, dryRun, host, pid } = subject
  const told = [system, routine, dryRun, host, pid, Number.isNaN(at.getTime()) ? null : iso(at), actor]
  return begun.every((value, index) => value === told[index])
}
