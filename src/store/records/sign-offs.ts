import type { Kysely } from 'kysely'
import { batches, date, iso, plain } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { SignOffStore } from '../sign-off-store.ts'
import type { AuditedWrite } from './audit.ts'

export function signOffRecords(db: Kysely<Tables>, write: AuditedWrite): SignOffStore {
  return {
    add: ({ system, step, at, by, note }) =>
      write(async (tx, append) => {
        const values = { system, step, at: iso(at), by: plain(by), note: plain(note) }
        await tx.insertInto('sign_offs').values(values).execute()
        await append({ at, actor: values.by, event: 'step.signed', subject: { system, step, note: values.note } })
      }),
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
      const read = async (from: Kysely<Tables>): Promise<Map<string, Date>> => {
        const rows = await from.selectFrom('first_seen').selectAll().where('system', '=', system).execute()
        return new Map(rows.map(({ step, at }) => [step, date(at)]))
      }
      const known = await read(db)
      if (steps.every((step) => known.has(step))) return known
      return write(async (tx, append) => {
        const present = await read(tx)
        const fresh = [...new Set(steps)].filter((step) => !present.has(step))
        if (fresh.length === 0) return present
        const rows = fresh.map((step) => ({ system, step, at: iso(now) }))
        for (const batch of batches(rows)) await tx.insertInto('first_seen').values(batch).execute()
        await append({ at: now, actor: 'vigie', event: 'steps.first-seen', subject: { system, steps: fresh } })
        return read(tx)
      })
    },
  }
}
