import { DatabaseSync } from 'node:sqlite'
import * as z from 'zod'
import type { JsonObject } from '../../core/json.ts'

const counted = ['runs', 'steps', 'findings', 'audit', 'alerts', 'backups', 'drills'] as const

export const stateFactsSchema = z.object({
  version: z.number(),
  counts: z.record(z.string(), z.number()),
  /** Of the audit. */
  head: z.object({ seq: z.number(), hash: z.string() }),
})

/** What is in a state that nobody writes: a copy. */
export function stateFacts(file: string): z.output<typeof stateFactsSchema> & JsonObject {
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    const number = (sql: string): number => Number(Object.values(database.prepare(sql).get() ?? {})[0] ?? 0)
    const counts = Object.fromEntries(counted.map((table) => [table, number(`select count(*) from ${table}`)]))
    const head = database.prepare('select seq, hash from audit order by seq desc limit 1').get()
    return {
      version: number('pragma user_version'),
      counts,
      head: { seq: Number(head?.['seq'] ?? 0), hash: String(head?.['hash'] ?? '') },
    }
  } finally {
    database.close()
  }
}
