import type { Kysely, Selectable, Transaction } from 'kysely'
import { nextEntry } from '../audit-chain.ts'
import type { AuditDraft, AuditEntry, AuditLog } from '../audit-log.ts'
import { date, iso, json, parsed, plain } from '../codec.ts'
import type { HeadNote } from '../head-note.ts'
import type { Tables } from '../schema.ts'
import { whileOthersAreFaster } from './try-again.ts'

export type Append = (draft: AuditDraft) => Promise<AuditEntry>

/**
 * Does work in one transaction with the entries that it appends: no row without its entry, no entry without its row.
 * Done again when another process was faster.
 */
export type AuditedWrite = <T>(work: (tx: Transaction<Tables>, append: Append) => Promise<T>) => Promise<T>

export function auditedWrite(db: Kysely<Tables>, note: HeadNote): AuditedWrite {
  return async (work) => {
    let hasAppended = false
    const result = await whileOthersAreFaster(() =>
      db.transaction().execute(async (tx) => {
        hasAppended = false
        await note.lock(tx)
        return work(tx, async (draft) => {
          const next = nextEntry(storable(draft), await newest(tx))
          await tx.insertInto('audit').values(entryValues(next)).execute()
          if (note.isInDatabase) await advance(tx, note, next)
          hasAppended = true
          return next
        })
      }),
    )
    // A file is written after the entry is safe: the other way round a crash in between would look like a cut tail.
    if (hasAppended && !note.isInDatabase) {
      await db.transaction().execute(async (tx) => advance(tx, note, await newest(tx)))
    }
    return result
  }
}

/** `lost` is what to say when the note of the head is gone or unreadable. */
export function auditRecords(db: Kysely<Tables>, write: AuditedWrite, note: HeadNote, lost: () => Error): AuditLog {
  return {
    append: (draft) => write((_tx, append) => append(draft)),
    head: () => newest(db),
    expectedHead: async () => {
      const head = await note.read(db)
      if (head === undefined) throw lost()
      return head
    },
    entries: (afterSeq, limit) => entriesAfter(db, afterSeq, limit),
  }
}

/** In order of `seq`, in pages. */
export async function entriesAfter(db: Kysely<Tables>, afterSeq: number, limit: number): Promise<AuditEntry[]> {
  const query = db.selectFrom('audit').selectAll().where('seq', '>', afterSeq)
  return (await query.orderBy('seq').limit(limit).execute()).map(entryOf)
}

/** Moves the note on to `head`. A note that the log contradicts is evidence of a cut and is left as it is. */
async function advance(tx: Transaction<Tables>, note: HeadNote, head: AuditEntry | undefined): Promise<void> {
  const noted = await note.read(tx)
  if (noted === undefined || head === undefined || head.seq <= noted.seq) return
  if (noted.seq > 0) {
    const there = await tx.selectFrom('audit').select('hash').where('seq', '=', noted.seq).executeTakeFirst()
    if (there?.hash !== noted.hash) return
  }
  await note.write(tx, { seq: head.seq, hash: head.hash })
}

async function newest(db: Kysely<Tables>): Promise<AuditEntry | undefined> {
  const row = await db.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row && entryOf(row)
}

/** As it will be read back, or its hash would not hold. */
function storable({ at, actor, event, subject }: AuditDraft): AuditDraft {
  return { at, actor: plain(actor), event: plain(event), subject: parsed(json(subject)) }
}

function entryValues({ seq, at, actor, event, subject, previousHash, hash }: AuditEntry): Tables['audit'] {
  return { seq, at: iso(at), actor, event, subject: json(subject), previous_hash: previousHash, hash }
}

/** Never throws: a row that was altered must reach the one who verifies it, who sees it by its hash. */
function entryOf(row: Selectable<Tables['audit']>): AuditEntry {
  const { seq, actor, event, hash } = row
  return {
    seq,
    at: exactDate(row.at),
    actor,
    event,
    subject: exactSubject(row.subject),
    previousHash: row.previous_hash,
    hash,
  }
}

function exactDate(text: string): Date {
  const read = date(text)
  const isExact = !Number.isNaN(read.getTime()) && iso(read) === text
  return isExact ? read : date('')
}

function exactSubject(text: string): AuditEntry['subject'] {
  try {
    const read = parsed<AuditEntry['subject']>(text)
    if (json(read) === text) return read
  } catch {
    // Told below.
  }
  return { unreadable: text }
}
