import { existsSync } from 'node:fs'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely, Transaction } from 'kysely'
import { genesisHash } from './audit-chain.ts'
import type { Tables } from './schema.ts'

export interface Head {
  readonly seq: number
  readonly hash: string
}

/**
 * Where the newest entry is noted, apart from the log, so that a cut tail is seen. It is there from the store's beginning
 * (`seq` 0), so that a missing note is a sign as well.
 */
export interface HeadNote {
  readonly isInDatabase: boolean
  /** Makes the note of a new store; keeps one that is there. */
  begin(db: Kysely<Tables>): Promise<void>
  /** Makes appenders of other processes wait until the transaction ends. */
  lock(tx: Transaction<Tables>): Promise<void>
  /** Undefined when it is gone or unreadable. */
  read(db: Kysely<Tables>): Promise<Head | undefined>
  write(tx: Transaction<Tables>, head: Head): Promise<void>
}

const beginning: Head = { seq: 0, hash: genesisHash }

/** The note in a file beside a SQLite database, whose `begin immediate` is the lock. Written whole, flushed, put in place. */
export function fileNote(dir: string): HeadNote {
  const file = join(dir, 'audit.head')
  const write = async (head: Head): Promise<void> => {
    const draft = `${file}.new`
    const handle = await open(draft, 'w', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(head)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(draft, file)
  }
  return {
    isInDatabase: false,
    begin: async () => {
      if (!existsSync(file)) await write(beginning)
    },
    lock: async () => undefined,
    read: async () => {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      return headOf(text)
    },
    write: (_tx, head) => write(head),
  }
}

/** The note in a row of its own, for a state that lives in PostgreSQL; the row is the lock as well. */
export function tableNote(): HeadNote {
  const row = (db: Kysely<Tables>) => db.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1)
  return {
    isInDatabase: true,
    begin: async (db) => {
      await db
        .insertInto('audit_head')
        .values({ id: 1, ...beginning })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute()
    },
    lock: async (tx) => {
      await row(tx).forUpdate().execute()
    },
    read: (db) => row(db).executeTakeFirst(),
    write: async (tx, { seq, hash }) => {
      await tx.updateTable('audit_head').set({ seq, hash }).where('id', '=', 1).execute()
    },
  }
}

function headOf(text: string): Head | undefined {
  const [, seq, hash] = /^\{"seq":(\d+),"hash":"([0-9a-f]{64})"\}\n$/.exec(text) ?? []
  return seq === undefined || hash === undefined ? undefined : { seq: Number(seq), hash }
}
