import type { Kysely, Selectable } from 'kysely'
import { nextEntry } from '../audit-chain.ts'
import { date, iso, json, parsed } from '../codec.ts'
import type { Tables } from '../schema.ts'
import type { AuditEntry, AuditLog } from '../store.ts'

/** Where the newest entry is noted, apart from the log, so that a cut tail is seen. */
export interface HeadNote {
  read(): Promise<{ readonly seq: number; readonly hash: string } | undefined>
  write(head: { readonly seq: number; readonly hash: string }): Promise<void>
}

/** `lockLog` makes appenders of other processes wait until the transaction ends. */
export function auditRecords(
  db: Kysely<Tables>,
  note: HeadNote,
  lockLog: (tx: Kysely<Tables>) => Promise<void>,
): AuditLog {
  return {
    append: async (draft) => {
      const entry = await db.transaction().execute(async (tx) => {
        await lockLog(tx)
        const last = await newest(tx)
        const next = nextEntry({ ...draft, subject: parsed(json(draft.subject)) }, last)
        const { seq, at, actor, event, subject, previousHash, hash } = next
        await tx
          .insertInto('audit')
          .values({ seq, at: iso(at), actor, event, subject: json(subject), previous_hash: previousHash, hash })
          .execute()
        return next
      })
      await note.write({ seq: entry.seq, hash: entry.hash })
      return entry
    },
    head: () => newest(db),
    expectedHead: () => note.read(),
    entries: async (afterSeq, limit) => {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(limit)
        .execute()
      return rows.map(entryOf)
    },
  }
}

async function newest(db: Kysely<Tables>): Promise<AuditEntry | undefined> {
  const row = await db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row && entryOf(row)
}

function entryOf(row: Selectable<Tables['audit']>): AuditEntry {
  const { seq, actor, event, hash } = row
  return { seq, at: date(row.at), actor, event, subject: parsed(row.subject), previousHash: row.previous_hash, hash }
}
