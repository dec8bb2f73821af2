import type { Kysely } from 'kysely'
import { batches, date, iso, plain } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { SignOffStore } from '../store.ts'

export function signOffRecords(db: Kysely<Tables>): SignOffStore {
  return {
    add: async ({ system, step, at, by, note }) => {
      await db
        .insertInto('sign_offs')
        .values({ system, step, at: iso(at), by: plain(by), note: plain(note) })
        .execute()
    },
    latest: async (system) => {
      const rows = await db
        .selectFrom('sign_offs')
        .selectAll()
        .where('system', '=', system)
        .orderBy('at')
        .orderBy('id')
        .execute()
      const newest = new Map(rows.map((row) => [row.step, row]))
      return [...newest.values()].map(({ step, at, by, note }) => ({ system, step, at: date(at), by, note }))
    },
    firstSeen: async (system, steps, now) => {
      const read = async (): Promise<Map<string, Date>> => {
        const rows = await db.selectFrom('first_seen').selectAll().where('system', '=', system).execute()
        return new Map(rows.map(({ step, at }) => [step, date(at)]))
      }
      const known = await read()
      const fresh = steps.filter((step) => !known.has(step)).map((step) => ({ system, step, at: iso(now) }))
      if (fresh.length === 0) return known
      for (const batch of batches(fresh)) {
        await db
          .insertInto('first_seen')
          .values(batch)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }
      return read()
    },
  }
}
