import type { Kysely, Selectable, Transaction } from 'kysely'
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
import type { FindingDecision, FindingEventRow, FindingLook, FindingRow, FindingStore } from '../store.ts'

export function findingRecords(db: Kysely<Tables>): FindingStore {
  return {
    list: async ({ system, component, states }) => {
      let query = db.selectFrom('findings').selectAll().orderBy('first_seen_at').orderBy('fingerprint')
      if (system !== undefined) query = query.where('system', '=', system)
      if (component !== undefined) query = query.where('component', '=', component)
      if (states?.length === 0) return []
      if (states !== undefined) query = query.where('state', 'in', [...states])
      return (await query.execute()).map(findingOf)
    },
    find: async (prefix) => {
      if (!/^[0-9a-f]+$/.test(prefix)) return []
      const query = db.selectFrom('findings').selectAll().where('fingerprint', 'like', `${prefix}%`)
      return (await query.orderBy('fingerprint').execute()).map(findingOf)
    },
    decide: (decision) => whileOthersAreFaster(() => db.transaction().execute((tx) => decideFinding(tx, decision))),
    events: async (system, fingerprint) => {
      const query = db
        .selectFrom('finding_events')
        .selectAll()
        .where('system', '=', system)
        .where('fingerprint', '=', fingerprint)
      return (await query.orderBy('id').execute()).map((row) => ({
        system: row.system,
        fingerprint: row.fingerprint,
        at: date(row.at),
        event: row.event as FindingEventRow['event'],
        runId: orUndefined(row.run_id),
        actor: orUndefined(row.actor),
        detail: parsed(row.detail),
      }))
    },
  }
}

/** A row was changed between our reading and our writing. */
class OutdatedError extends Error {}

/** unique_violation, serialization_failure and deadlock_detected of PostgreSQL. */
const collisions = ['23505', '40001', '40P01']
/** Of those who write one row at once, one is done at every try; more than ever run at once. */
const maxTries = 100

/** Does a transaction again when another process changed what it had read. */
export async function whileOthersAreFaster<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await work()
    } catch (error) {
      const isCollision = error instanceof OutdatedError || collisions.includes((error as { code?: string }).code ?? '')
      if (!isCollision || tries === maxTries) throw error
    }
  }
}

/**
 * Settles looks one after the other, each on what the one before left. Rows are written in the order of their keys, so
 * that two who settle at once never wait for each other; throws `OutdatedError` when another was faster.
 */
export async function settleFindings(tx: Transaction<Tables>, looks: readonly FindingLook[]): Promise<void> {
  if (looks.length === 0) return
  const present = await knownFindings(tx, looks)
  const changed = new Map<string, FindingRow>()
  const events: FindingEventRow[] = []
  for (const { system, kind, component, settle } of looks) {
    const known = [...present.values()].map(({ row }) => changed.get(keyOf(row)) ?? row)
    const fresh = [...changed.values()].filter((row) => !present.has(keyOf(row)))
    const isOwn = (row: FindingRow): boolean =>
      row.system === system && row.kind === kind && row.component === component
    const settled = settle([...known, ...fresh].filter(isOwn))
    for (const row of settled.rows) changed.set(keyOf(row), row)
    events.push(...settled.events)
  }
  for (const [key, row] of [...changed].sort(([a], [b]) => (a < b ? -1 : 1))) {
    await writeFinding(tx, row, present.get(key)?.revision)
  }
  await addEvents(tx, events)
}

async function decideFinding(
  tx: Transaction<Tables>,
  { change, runId, ...decision }: FindingDecision,
): Promise<FindingRow | undefined> {
  const { system, fingerprint } = decision
  const query = tx.selectFrom('findings').selectAll().where('system', '=', system)
  const present = await query.where('fingerprint', '=', fingerprint).executeTakeFirst()
  if (present === undefined) return undefined
  const row = findingOf(present)
  const changes = change(row)
  if (changes === undefined) return row
  const next = { ...row, ...changes }
  await writeFinding(tx, next, present.revision)
  await addEvents(tx, [{ ...decision, runId }])
  return next
}

interface KnownFinding {
  readonly row: FindingRow
  readonly revision: number
}

async function knownFindings(
  tx: Transaction<Tables>,
  looks: readonly FindingLook[],
): Promise<ReadonlyMap<string, KnownFinding>> {
  const known = new Map<string, KnownFinding>()
  for (const [system, own] of Map.groupBy(looks, ({ system }) => system)) {
    const components = [...new Set(own.map(({ component }) => component))]
    for (const batch of batches(components)) {
      const query = tx.selectFrom('findings').selectAll().where('system', '=', system)
      for (const values of await query.where('component', 'in', batch).execute()) {
        const row = findingOf(values)
        known.set(keyOf(row), { row, revision: values.revision })
      }
    }
  }
  return known
}

/** Keeps the row when it is still as it was read: `revision` is the one that was, undefined when there was no row. */
async function writeFinding(tx: Transaction<Tables>, row: FindingRow, revision: number | undefined): Promise<void> {
  const { system, fingerprint, ...changes } = { ...findingValues(row), revision: (revision ?? 0) + 1 }
  if (revision === undefined) {
    const added = await tx
      .insertInto('findings')
      .values({ system, fingerprint, ...changes })
      .onConflict((conflict) => conflict.columns(['system', 'fingerprint']).doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows !== 1n) throw new OutdatedError()
    return
  }
  const updated = await tx
    .updateTable('findings')
    .set(changes)
    .where('system', '=', system)
    .where('fingerprint', '=', fingerprint)
    .where('revision', '=', revision)
    .executeTakeFirst()
  if (updated.numUpdatedRows !== 1n) throw new OutdatedError()
}

async function addEvents(tx: Transaction<Tables>, events: readonly FindingEventRow[]): Promise<void> {
  const rows = events.map(({ system, fingerprint, at, event, runId, actor, detail }) => {
    const own = { run_id: orNull(runId), actor: plainOrNull(actor), detail: json(detail) }
    return { system, fingerprint, at: iso(at), event, ...own }
  })
  for (const batch of batches(rows)) await tx.insertInto('finding_events').values(batch).execute()
}

const keyOf = ({ system, fingerprint }: FindingRow): string => `${system}\0${fingerprint}`

function findingValues(row: FindingRow): Omit<Tables['findings'], 'revision'> {
  return {
    system: row.system,
    fingerprint: row.fingerprint,
    kind: row.kind,
    component: row.component,
    step: row.step,
    subject: plain(row.subject),
    severity: row.severity,
    title: json(row.title),
    remedy: jsonOrNull(row.remedy),
    state: row.state,
    owner: plainOrNull(row.owner),
    due_at: isoOrNull(row.dueAt),
    accepted_until: isoOrNull(row.acceptedUntil),
    accepted_by: plainOrNull(row.acceptedBy),
    accepted_reason: plainOrNull(row.acceptedReason),
    first_seen_at: iso(row.firstSeenAt),
    last_seen_at: iso(row.lastSeenAt),
    fixed_at: isoOrNull(row.fixedAt),
    times_seen: row.timesSeen,
  }
}

function findingOf(row: Selectable<Tables['findings']>): FindingRow {
  return {
    system: row.system,
    fingerprint: row.fingerprint,
    kind: row.kind,
    component: row.component,
    step: row.step,
    subject: row.subject,
    severity: row.severity as FindingRow['severity'],
    title: parsed(row.title),
    remedy: parsedOr(row.remedy),
    state: row.state as FindingRow['state'],
    owner: orUndefined(row.owner),
    dueAt: dateOr(row.due_at),
    acceptedUntil: dateOr(row.accepted_until),
    acceptedBy: orUndefined(row.accepted_by),
    acceptedReason: orUndefined(row.accepted_reason),
    firstSeenAt: date(row.first_seen_at),
    lastSeenAt: date(row.last_seen_at),
    fixedAt: dateOr(row.fixed_at),
    timesSeen: row.times_seen,
  }
}
