import type { Kysely, Selectable, Transaction } from 'kysely'
import { date, dateOr, iso, isoOrNull, orNull, orUndefined, plain, plainOrNull } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { HeartbeatRow, HeartbeatStore, PingRow } from '../watch-store.ts'

/** Pings kept of each heartbeat, with up to 10 kB of text each; as many as Healthchecks keeps. */
const keptPings = 100

export function heartbeatRecords(db: Kysely<Tables>): HeartbeatStore {
  return {
    ping: (row, state) =>
      db.transaction().execute(async (tx) => {
        await tx.insertInto('pings').values(pingValues(row)).execute()
        await forgetOld(tx, row)
        const { system, name, ...changes } = stateValues(state)
        await tx
          .insertInto('heartbeats')
          .values({ system, name, ...changes })
          .onConflict((conflict) => conflict.columns(['system', 'name']).doUpdateSet(changes))
          .execute()
      }),
    get: async (system, name) => {
      const row = await db
        .selectFrom('heartbeats')
        .selectAll()
        .where('system', '=', system)
        .where('name', '=', name)
        .executeTakeFirst()
      return row && stateOf(row)
    },
    list: async (system) =>
      (await db.selectFrom('heartbeats').selectAll().where('system', '=', system).orderBy('name').execute()).map(
        stateOf,
      ),
    pings: async (system, name, limit) => {
      const rows = await db
        .selectFrom('pings')
        .selectAll()
        .where('system', '=', system)
        .where('heartbeat', '=', name)
        .orderBy('id', 'desc')
        .limit(limit)
        .execute()
      return rows.map(pingOf)
    },
  }
}

async function forgetOld(tx: Transaction<Tables>, { system, heartbeat }: PingRow): Promise<void> {
  const oldest = await tx
    .selectFrom('pings')
    .select('id')
    .where('system', '=', system)
    .where('heartbeat', '=', heartbeat)
    .orderBy('id', 'desc')
    .offset(keptPings - 1)
    .limit(1)
    .executeTakeFirst()
  if (oldest === undefined) return
  await tx
    .deleteFrom('pings')
    .where('system', '=', system)
    .where('heartbeat', '=', heartbeat)
    .where('id', '<', oldest.id)
    .execute()
}

function pingValues(row: PingRow): Omit<Tables['pings'], 'id'> {
  return {
    system: row.system,
    heartbeat: row.heartbeat,
    at: iso(row.at),
    kind: row.kind,
    exit_code: orNull(row.exitCode),
    run_id: orNull(row.runId),
    duration_ms: orNull(row.durationMs),
    source: plain(row.source),
    body: plainOrNull(row.body),
  }
}

function pingOf(row: Selectable<Tables['pings']>): PingRow {
  return {
    system: row.system,
    heartbeat: row.heartbeat,
    at: date(row.at),
    kind: row.kind,
    exitCode: orUndefined(row.exit_code),
    runId: orUndefined(row.run_id),
    durationMs: orUndefined(row.duration_ms),
    source: row.source,
    body: orUndefined(row.body),
  }
}

function stateValues(row: HeartbeatRow): Tables['heartbeats'] {
  return {
    system: row.system,
    name: row.name,
    status: row.status,
    last_ping_at: isoOrNull(row.lastPingAt),
    last_start_at: isoOrNull(row.lastStartAt),
    last_success_at: isoOrNull(row.lastSuccessAt),
    last_run_id: orNull(row.lastRunId),
    last_duration_ms: orNull(row.lastDurationMs),
    last_exit_code: orNull(row.lastExitCode),
  }
}

function stateOf(row: Selectable<Tables['heartbeats']>): HeartbeatRow {
  return {
    system: row.system,
    name: row.name,
    status: row.status,
    lastPingAt: dateOr(row.last_ping_at),
    lastStartAt: dateOr(row.last_start_at),
    lastSuccessAt: dateOr(row.last_success_at),
    lastRunId: orUndefined(row.last_run_id),
    lastDurationMs: orUndefined(row.last_duration_ms),
    lastExitCode: orUndefined(row.last_exit_code),
  }
}
