import type { Kysely } from 'kysely'
import { date, dateOr, iso, isoOrNull, json, orNull, orUndefined, parsed } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { PlanStore } from '../store.ts'

export function planRecords(db: Kysely<Tables>): PlanStore {
  return {
    save: async ({
      id,
      hash,
      system,
      routine,
      runId,
      createdAt,
      expiresAt,
      content,
      approvedAt,
      approvedBy,
      usedBy,
    }) => {
      const times = { created_at: iso(createdAt), expires_at: iso(expiresAt), approved_at: isoOrNull(approvedAt) }
      const names = { run_id: orNull(runId), approved_by: orNull(approvedBy), used_by: orNull(usedBy) }
      await db
        .insertInto('plans')
        .values({ id, hash, system, routine, ...times, ...names, content: json(content) })
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
    use: async (hash, { runId, by, at }) => {
      const changed = await db
        .updateTable('plans')
        .set({ approved_at: iso(at), approved_by: by, used_by: runId })
        .where('hash', '=', hash)
        .where('used_by', 'is', null)
        .where('expires_at', '>', iso(at))
        .executeTakeFirst()
      return changed.numUpdatedRows === 1n
    },
  }
}
