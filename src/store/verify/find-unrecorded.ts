import type { Kysely } from 'kysely'
import type { RunStatus } from '../../core/words.ts'
import type { AuditEntry } from '../audit-log.ts'
import { entriesAfter } from '../records/audit.ts'
import type { Tables } from '../schema.ts'
import type { RecordProblem } from '../store-view.ts'
import { compareSteps } from './compare-steps.ts'
import type { Progress } from './progress.ts'

/** Of rows that nothing tells of, as many are named. */
const namedAtMost = 20
const pageSize = 1000
const statusesUnderWay: readonly RunStatus[] = ['running', 'queued']

/** Rows that no entry tells of. Counted first: only when more are there than the audit knows, they are looked for. */
export async function findUnrecorded(db: Kysely<Tables>, progress: Progress): Promise<void> {
  const { told, problems } = progress
  await findUnrecordedRuns(db, progress)
  const hasProblem = (what: RecordProblem['what']): boolean => problems.some((one) => one.what === what)
  if ((await count(db, 'sign_offs')) !== told.signed || hasProblem('sign-off')) {
    const known = await idsOf(db, 'step.signed', ({ at, actor, subject }) =>
      key(subject['system'], subject['step'], at.toJSON(), actor, subject['note']),
    )
    await name(db.selectFrom('sign_offs').selectAll(), 'sign-off', ({ system, step, at, by, note }) =>
      known.has(key(system, step, at, by, note)) ? undefined : `${step} ${at} ${by}`,
    )
  }
  const plans = db.selectFrom('plans').select(['id', 'hash', 'approved_at', 'approved_by', 'used_by'])
  if ((await count(db, 'plans')) !== told.shown || hasProblem('plan')) {
    const known = await idsOf(db, 'plan.shown', ({ subject }) => String(subject['hash']))
    await name(plans, 'plan', ({ hash, id }) => (known.has(hash) ? undefined : id))
  }
  const approved = plans.where(({ eb, or }) =>
    or([eb('approved_at', 'is not', null), eb('approved_by', 'is not', null), eb('used_by', 'is not', null)]),
  )
  if ((await approved.execute()).length !== told.approved || hasProblem('approval')) {
    const known = await idsOf(db, 'plan.approved', ({ subject }) => String(subject['hash']))
    await name(approved, 'approval', ({ hash, id }) => (known.has(hash) ? undefined : id))
  }
  if ((await count(db, 'first_seen')) !== told.firstSeen || hasProblem('first-seen')) {
    const known = new Set<string>()
    await eachEntry(db, 'steps.first-seen', ({ subject }) => {
      const steps = Array.isArray(subject['steps']) ? subject['steps'] : []
      for (const step of steps) known.add(key(subject['system'], step))
    })
    await name(db.selectFrom('first_seen').selectAll(), 'first-seen', ({ system, step }) =>
      known.has(key(system, step)) ? undefined : step,
    )
  }

  /** Names the rows for which `unknown` gives a name. */
  async function name<Row>(
    query: { execute(): Promise<Row[]> },
    what: RecordProblem['what'],
    unknown: (row: Row) => string | undefined,
  ): Promise<void> {
    const ids = (await query.execute()).flatMap((row) => unknown(row) ?? [])
    for (const id of ids.slice(0, namedAtMost)) problems.push({ seq: undefined, what, how: 'unrecorded', id })
  }
}

/** Runs that the audit does not know, or knows no end of; what those under way recorded is compared as well. */
async function findUnrecordedRuns(db: Kysely<Tables>, progress: Progress): Promise<void> {
  const { told, problems } = progress
  const query = db.selectFrom('runs').select(['id', 'system', 'is_dry_run', 'status'])
  const underWay = await query.where('status', 'in', statusesUnderWay).execute()
  await compareSteps(db, progress, underWay)
  const runs = await count(db, 'runs')
  const isCountSame = runs === told.started && runs - underWay.length === told.ended
  if (isCountSame && !problems.some(({ what }) => what === 'run')) return
  const [started, ended] = [new Set<string>(), new Set<string>()]
  await eachEntry(db, 'run.', ({ event, subject }) =>
    (event === 'run.started' ? started : ended).add(String(subject['run'])),
  )
  const isKnown = (row: { id: string; status: RunStatus }): boolean =>
    started.has(row.id) && (ended.has(row.id) || statusesUnderWay.includes(row.status))
  const unknown = (await query.execute()).filter((row) => !isKnown(row))
  await compareSteps(db, progress, unknown)
  for (const { id, status } of unknown.slice(0, namedAtMost)) {
    problems.push({ seq: undefined, what: 'run', how: 'unrecorded', id: `${id} (${status})` })
  }
}

async function count(db: Kysely<Tables>, table: 'runs' | 'sign_offs' | 'plans' | 'first_seen'): Promise<number> {
  const row = await db
    .selectFrom(table)
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow()
  return Number(row.rows)
}

async function idsOf(
  db: Kysely<Tables>,
  event: string,
  idOf: (entry: AuditEntry) => string | undefined,
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  await eachEntry(db, event, (entry) => {
    const id = idOf(entry)
    if (id !== undefined) ids.add(id)
  })
  return ids
}

async function eachEntry(db: Kysely<Tables>, event: string, take: (entry: AuditEntry) => void): Promise<void> {
  for (let last = 0; ; ) {
    const page = await entriesAfter(db, last, pageSize)
    for (const entry of page) if (entry.event.startsWith(event)) take(entry)
    last = page.at(-1)?.seq ?? last
    if (page.length < pageSize) break
  }
}

const key = (...parts: readonly unknown[]): string => JSON.stringify(parts)
