import type { Kysely } from 'kysely'
import { date, dateOr, iso, json, orNull, orUndefined, parsed, plain } from '../codec.ts'
import { planDigest } from '../digests.ts'
import type { PlanStore } from '../plan-store.ts'
import type { Tables } from '../schema.ts'
import type { AuditedWrite } from './audit.ts'

export function planRecords(db: Kysely<Tables>, write: AuditedWrite): PlanStore {
  return {
    save: (plan) =>
      write(async (tx, append) => {
        const { id, hash, system, routine, createdAt: at } = plan
        const shown = {
          id,
          hash,
          system,
          routine: plain(routine),
          run_id: orNull(plan.runId),
          created_at: iso(at),
          expires_at: iso(plan.expiresAt),
          content: json(plan.content),
        }
        await tx
          .insertInto('plans')
          .values({ ...shown, approved_at: null, approved_by: null, used_by: null })
          .execute()
        const run = plan.runId === undefined ? {} : { run: plan.runId }
        const subject = { ...run, system, plan: id, hash, expires: shown.expires_at, digest: planDigest(shown) }
        await append({ at, actor: 'vigie', event: 'plan.shown', subject })
      }),
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
    use: (hash, { runId, by, at }) =>
      write(async (tx, append) => {
        const actor = plain(by)
        const approved = await tx
          .updateTable('plans')
          .set({ approved_at: iso(at), approved_by: actor, used_by: runId })
          .where('hash', '=', hash)
          .where('used_by', 'is', null)
          .where('expires_at', '>', iso(at))
          .returning(['id', 'system'])
          .executeTakeFirst()
        if (approved === undefined) return false
        const { id: plan, system } = approved
        await append({ at, actor, event: 'plan.approved', subject: { run: runId, system, plan, hash } })
        return true
      }),
  }
}
