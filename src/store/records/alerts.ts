import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Alert } from '../../core/alert.ts'
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
import type { AlertStore } from '../watch-store.ts'
import { outboxValues } from './outbox-rows.ts'

export function alertRecords(db: Kysely<Tables>): AlertStore {
  return {
    decide: (alerts, outbox) =>
      db.transaction().execute(async (tx) => {
        // PostgreSQL writes no row twice in one statement: what was given back is decided together with what came after it.
        const latest = new Map(alerts.map((alert) => [alert.id, alert]))
        const instead = await openInstead(tx, latest)
        const unkept = new Set(latest.keys())
        const wanted = [...latest.values()].filter(({ id }) => !instead.has(id))
        // In one order everywhere: two processes that decide at once would otherwise wait for each other on PostgreSQL.
        for (const batch of batches(wanted.toSorted(byId))) {
          for (const { id } of await upsertAlerts(tx, batch.map(alertValues))) unkept.delete(id)
        }
        const told = outbox.filter(({ item }) => !unkept.has(item.alert))
        for (const batch of batches(told.toSorted(byId))) {
          await tx
            .insertInto('outbox')
            .values(batch.map((item) => outboxValues(item)))
            .onConflict((conflict) => conflict.column('id').doNothing())
            .execute()
        }
        return instead
      }),
    get: async (id) => {
      const row = await db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst()
      return row && alertOf(row)
    },
    list: async ({ system, states, limit }) => {
      let query = db.selectFrom('alerts').selectAll().orderBy('started_at', 'desc').orderBy('id').limit(limit)
      if (system !== undefined) query = query.where('system', '=', system)
      if (states !== undefined) query = query.where('state', 'in', states)
      return (await query.execute()).map(alertOf)
    },
    acknowledge: async (id, by, at) => {
      const changed = await db
        .updateTable('alerts')
        .set({ acknowledged_at: iso(at), acknowledged_by: plain(by) })
        .where('id', '=', id)
        .where('acknowledged_at', 'is', null)
        .where('state', '!=', 'resolved')
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },
  }
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1)

/** Of alerts that are open, those that another one is open for, by their ids; one that ends now leaves its place. */
async function openInstead(
  tx: Transaction<Tables>,
  alerts: ReadonlyMap<string, Alert>,
): Promise<ReadonlyMap<string, string>> {
  const opening = [...alerts.values()].filter(({ state }) => state !== 'resolved')
  const open = new Map<string, string[]>()
  for (const batch of batches(opening)) {
    const rows = await tx
      .selectFrom('alerts')
      .select(['id', 'system', 'key'])
      .where('key', 'in', [...new Set(batch.map(({ key }) => plain(key)))])
      .where('system', 'in', [...new Set(batch.map(({ system }) => system))])
      .where('state', '!=', 'resolved')
      .execute()
    for (const { id, system, key } of rows) {
      const place = JSON.stringify([system, key])
      if (alerts.get(id)?.state !== 'resolved') open.set(place, [...(open.get(place) ?? []), id])
    }
  }
  const instead = new Map<string, string>()
  for (const { id, system, key } of opening) {
    const ids = open.get(JSON.stringify([system, plain(key)])) ?? []
    if (ids[0] !== undefined && !ids.includes(id)) instead.set(id, ids[0])
  }
  return instead
}

/**
 * Who decides may not know yet that a person acknowledged meanwhile, or that the alert is over: neither is ever taken back.
 * Gives those that were kept.
 */
function upsertAlerts(
  tx: Transaction<Tables>,
  values: readonly Tables['alerts'][],
): Promise<readonly Pick<Tables['alerts'], 'id'>[]> {
  const kept = ['id', 'acknowledged_at', 'acknowledged_by']
  const columns = Object.keys(values[0] ?? {}).filter((column) => !kept.includes(column))
  return tx
    .insertInto('alerts')
    .values(values)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(({ ref, fn }) => ({
          ...Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)])),
          acknowledged_at: fn.coalesce(ref('alerts.acknowledged_at'), ref('excluded.acknowledged_at')),
          acknowledged_by: fn.coalesce(ref('alerts.acknowledged_by'), ref('excluded.acknowledged_by')),
        }))
        .where(({ or, eb, ref }) =>
          or([eb(ref('alerts.state'), '!=', 'resolved'), eb(ref('excluded.state'), '=', 'resolved')]),
        ),
    )
    .returning('id')
    .execute()
}

function alertValues(alert: Alert): Tables['alerts'] {
  return {
    id: alert.id,
    system: alert.system,
    key: plain(alert.key),
    source: alert.source,
    rule: plain(alert.rule),
    component: plain(alert.component),
    labels: json(alert.labels),
    severity: alert.severity,
    state: alert.state,
    title: json(alert.title),
    remedy: jsonOrNull(alert.remedy),
    value: orNull(alert.value),
    started_at: iso(alert.startedAt),
    fired_at: isoOrNull(alert.firedAt),
    resolved_at: isoOrNull(alert.resolvedAt),
    acknowledged_at: isoOrNull(alert.acknowledgedAt),
    acknowledged_by: plainOrNull(alert.acknowledgedBy),
    silenced_by: plainOrNull(alert.silencedBy),
  }
}

function alertOf(row: Selectable<Tables['alerts']>): Alert {
  return {
    id: row.id,
    system: row.system,
    key: row.key,
    source: row.source,
    rule: row.rule,
    component: row.component,
    labels: parsed(row.labels),
    severity: row.severity,
    state: row.state,
    title: parsed(row.title),
    remedy: parsedOr(row.remedy),
    value: orUndefined(row.value),
    startedAt: date(row.started_at),
    firedAt: dateOr(row.fired_at),
    resolvedAt: dateOr(row.resolved_at),
    acknowledgedAt: dateOr(row.acknowledged_at),
    acknowledgedBy: orUndefined(row.acknowledged_by),
    silencedBy: orUndefined(row.silenced_by),
  }
}
