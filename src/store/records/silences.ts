import type { Kysely } from 'kysely'
import { date, iso, json, parsed, plain } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { SilenceStore } from '../watch-store.ts'

export function silenceRecords(db: Kysely<Tables>): SilenceStore {
  return {
    add: async ({ id, system, matcher, reason, createdBy, startsAt, endsAt }) => {
      await db
        .insertInto('silences')
        .values({
          id,
          system,
          matcher: json(matcher),
          reason: plain(reason),
          created_by: plain(createdBy),
          starts_at: iso(startsAt),
          ends_at: iso(endsAt),
        })
        .execute()
    },
    end: async (id, at) => {
      const changed = await db
        .updateTable('silences')
        .set({ ends_at: iso(at) })
        .where('id', '=', id)
        .where('ends_at', '>', iso(at))
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },
    at: async (system, time) => {
      const rows = await db
        .selectFrom('silences')
        .selectAll()
        .where('system', '=', system)
        .where('starts_at', '<=', iso(time))
        .where('ends_at', '>', iso(time))
        .orderBy('starts_at')
        .orderBy('id')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        system: row.system,
        matcher: parsed(row.matcher),
        reason: row.reason,
        createdBy: row.created_by,
        startsAt: date(row.starts_at),
        endsAt: date(row.ends_at),
      }))
    },
  }
}
