import type { Kysely } from 'kysely'
import { batches, date, dateOr, iso, isoOrNull, jsonOrNull, parsedOr, plain } from '../codec.ts'
import type { LastLookStore } from '../last-look-store.ts'
import type { Tables } from '../schema.ts'

export function lastLookRecords(db: Kysely<Tables>): LastLookStore {
  return {
    keep: (system, { at, startedAt, stoppedAt, host, pid }, looks) =>
      db.transaction().execute(async (tx) => {
        const beat = {
          at: iso(at),
          started_at: iso(startedAt),
          stopped_at: isoOrNull(stoppedAt),
          host: plain(host),
          pid,
        }
        await tx
          .insertInto('watch_beats')
          .values({ system, ...beat })
          .onConflict((conflict) => conflict.column('system').doUpdateSet(beat))
          .execute()
        const rows = looks.map(({ step, status, reason, at: seenAt }) => ({
          ...{ system, step, status, reason: jsonOrNull(reason), at: iso(seenAt) },
        }))
        for (const batch of batches(rows)) {
          await tx
            .insertInto('last_looks')
            .values(batch)
            .onConflict((conflict) =>
              conflict.columns(['system', 'step']).doUpdateSet(({ ref }) => ({
                status: ref('excluded.status'),
                reason: ref('excluded.reason'),
                at: ref('excluded.at'),
              })),
            )
            .execute()
        }
      }),
    looks: async (system) => {
      const rows = await db.selectFrom('last_looks').selectAll().where('system', '=', system).orderBy('step').execute()
      return rows.map(({ step, status, reason, at }) => ({ step, status, reason: parsedOr(reason), at: date(at) }))
    },
    beat: async (system) => {
      const row = await db.selectFrom('watch_beats').selectAll().where('system', '=', system).executeTakeFirst()
      return (
        row && {
          at: date(row.at),
          startedAt: date(row.started_at),
          stoppedAt: dateOr(row.stopped_at),
          host: row.host,
          pid: row.pid,
        }
      )
    },
  }
}
