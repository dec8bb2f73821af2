import type { Kysely } from 'kysely'
import { date, dateOr, iso, json, orNull, orUndefined, parsed } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { PlanStore } from '../store.ts'

export function planRecords(db: Kysely<Tables>): PlanStore {
  return {
    save: async (plan) => {
      const changes = {
        run_id: orNull(plan.runId),
        created_at: iso(plan.createdAt),
        expires_at: iso(plan.expiresAt),
        content: json(plan.content),
        approved_at: null,
        approved_by: null,
        used_by: null,
      }
      const { id, hash, system, routine } = plan
      await db
        .insertInto('plans')
        .values({ id, hash, system, routine, ...changes })
        .onConflict((conflict) => conflict.column('hash').doUpdateSet({ routine, ...changes }))
        .execute()
    },
    find: async (prefix) => {
      if (!/^[0-9a-f]{4,64}$/.test(prefix)) return []
      const rows = await db
        .selectFrom('plans')
        .selectAll()
        .where('hash', 'like', `${prefix}%`)
        .orderBy('created_at', 'desc')
        .execute()
      return rows.map((row) => ({
        id: row.id,
        hash: row.hash,
        system: row.system,
        routine: row.routine,
        runId: orUndefined(row.run_id),
        createdAt: date(row.created_at),
        expiresAt: date(row.expires_at),
        content: parsed(row.content),
        approvedAt: dateOr(row.approved_at),
        approvedBy: orUndefined(row.approved_by),
        usedBy: orUndefined(row.used_by),
      }))
    },
    approve: async (hash, by, at) => {
      const changed = await db
        .updateTable('plans')
        .set({ approved_at: iso(at), approved_by: by })
        .where('hash', '=', hash)
        .where('used_by', 'is', null)
        .where('expires_at', '>', iso(at))
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },
    use: async (hash, runId, at) => {
      const changed = await db
        .updateTable('plans')
        .set({ used_by: runId })
        .where('hash', '=', hash)
        .where('used_by', 'is', null)
        .where('approved_at', 'is not', null)
        .where('expires_at', '>', iso(at))
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },
  }
}
