import type { Kysely } from 'kysely'
import type { AuditEntry } from '../audit-log.ts'
import { planDigest } from '../digests.ts'
import type { Tables } from '../schema.ts'
import type { RecordProblem } from '../store-view.ts'
import { addMark, chunks, markKey, type Progress } from './progress.ts'

const atOnce = 200

/** Compares what people signed, were shown, approved and decided, and when steps were first heard of. */
export async function compareDecisions(
  db: Kysely<Tables>,
  progress: Progress,
  entries: readonly AuditEntry[],
): Promise<void> {
  for (const { event, subject } of entries) {
    const key = markKey(String(subject['system']), String(subject['fingerprint']))
    if (event.startsWith('finding.')) addMark(progress, key, subject['revision'], subject['digest'])
  }
  const of = (event: string): readonly AuditEntry[][] => {
    return chunks(
      entries.filter((entry) => entry.event === event),
      atOnce,
    )
  }
  for (const chunk of of('step.signed')) await compareSignOffs(db, progress, chunk)
  for (const chunk of of('plan.shown')) await comparePlans(db, progress, chunk, 'shown')
  for (const chunk of of('plan.approved')) await comparePlans(db, progress, chunk, 'approved')
  for (const chunk of of('steps.first-seen')) for (const entry of chunk) await compareFirstSeen(db, progress, entry)
}

async function compareSignOffs(db: Kysely<Tables>, progress: Progress, entries: readonly AuditEntry[]): Promise<void> {
  progress.told.signed += entries.length
  const rows = await db
    .selectFrom('sign_offs')
    .selectAll()
    .where('system', 'in', [...new Set(entries.map(({ subject }) => String(subject['system'])))])
    .where('step', 'in', [...new Set(entries.map(({ subject }) => String(subject['step'])))])
    .where('at', 'in', [...new Set(entries.map(timeOf))])
    .execute()
  for (const entry of entries) {
    const { seq, actor, subject } = entry
    const same = rows.filter(
      ({ system, step, at }) => system === subject['system'] && step === subject['step'] && at === timeOf(entry),
    )
    if (same.some(({ by, note }) => by === actor && note === subject['note'])) continue
    const how = same.length === 0 ? 'missing' : 'altered'
    progress.problems.push({ seq, what: 'sign-off', how, id: `${subject['step']} ${timeOf(entry)}` })
  }
}

async function comparePlans(
  db: Kysely<Tables>,
  progress: Progress,
  entries: readonly AuditEntry[],
  told: 'shown' | 'approved',
): Promise<void> {
  progress.told[told] += entries.length
  const hashes = entries.map(({ subject }) => String(subject['hash']))
  const rows = await db.selectFrom('plans').selectAll().where('hash', 'in', hashes).execute()
  const plans = new Map(rows.map((row) => [row.hash, row]))
  for (const entry of entries) {
    const { seq, actor, subject } = entry
    const row = plans.get(String(subject['hash']))
    const isSame =
      row !== undefined &&
      (told === 'shown'
        ? subject['digest'] === planDigest(row)
        : row.approved_at === timeOf(entry) && row.approved_by === actor && row.used_by === subject['run'])
    if (isSame) continue
    const how: RecordProblem['how'] = row === undefined ? 'missing' : 'altered'
    progress.problems.push({ seq, what: told === 'shown' ? 'plan' : 'approval', how, id: String(subject['plan']) })
  }
}

async function compareFirstSeen(db: Kysely<Tables>, progress: Progress, entry: AuditEntry): Promise<void> {
  const { seq, subject } = entry
  const steps = Array.isArray(subject['steps']) ? subject['steps'].map(String) : []
  progress.told.firstSeen += steps.length
  for (const chunk of chunks(steps, atOnce)) {
    const query = db.selectFrom('first_seen').selectAll().where('system', '=', String(subject['system']))
    const rows = new Map((await query.where('step', 'in', chunk).execute()).map(({ step, at }) => [step, at]))
    for (const step of chunk.filter((one) => rows.get(one) !== timeOf(entry))) {
      progress.problems.push({ seq, what: 'first-seen', how: rows.has(step) ? 'altered' : 'missing', id: step })
    }
  }
}

const timeOf = ({ at }: AuditEntry): string => (Number.isNaN(at.getTime()) ? '' : at.toISOString())
