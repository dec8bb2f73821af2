import type { Kysely, Selectable, Transaction } from 'kysely'
import {
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
import type { FindingEventRow, FindingRow, FindingStore } from '../store.ts'

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
    apply: (rows, events) => db.transaction().execute((tx) => applyFindings(tx, rows, events)),
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

/** Inserts or replaces the rows and appends the events. */
export async function applyFindings(
  tx: Transaction<Tables>,
  rows: readonly FindingRow[],
  events: readonly FindingEventRow[],
): Promise<void> {
  for (const row of rows) {
    const { system, fingerprint, ...changes } = findingValues(row)
    await tx
      .insertInto('findings')
      .values({ system, fingerprint, ...changes })
      .onConflict((conflict) => conflict.columns(['system', 'fingerprint']).doUpdateSet(changes))
      .execute()
  }
  for (const { system, fingerprint, at, event, runId, actor, detail } of events) {
    const own = { run_id: orNull(runId), actor: plainOrNull(actor), detail: json(detail) }
    await tx
      .insertInto('finding_events')
      .values({ system, fingerprint, at: iso(at), event, ...own })
      .execute()
  }
}

function findingValues(row: FindingRow): Tables['findings'] {
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
