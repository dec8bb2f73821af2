import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { HeadNote } from './records/audit.ts'
import type { Tables } from './schema.ts'

/** The note in a file beside the database: written whole, flushed, then put in place. */
export function fileNote(dir: string): HeadNote {
  const file = join(dir, 'audit.head')
  return {
    read: async () => {
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      return text === undefined ? undefined : JSON.parse(text)
    },
    write: async (head) => {
      const draft = `${file}.${process.pid}`
      const handle = await open(draft, 'w', 0o600)
      try {
        await handle.writeFile(`${JSON.stringify(head)}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(draft, file)
    },
  }
}

/** The note in a table of its own, for a state that lives in PostgreSQL. It never goes back. */
export function tableNote(db: Kysely<Tables>): HeadNote {
  return {
    read: () => db.selectFrom('audit_head').select(['seq', 'hash']).where('id', '=', 1).executeTakeFirst(),
    write: async (head) => {
      await db
        .insertInto('audit_head')
        .values({ id: 1, ...head })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(head).where('audit_head.seq', '<', head.seq))
        .execute()
    },
  }
}
