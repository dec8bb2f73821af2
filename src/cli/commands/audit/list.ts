import type { Command } from '../../command.ts'
import { countOf } from '../../read-options.ts'

const defaultLimit = 50
/** Each entry is kept in memory and printed; more of them are read from the database itself. */
const largestLimit = 100_000

/** The newest entries of the audit, oldest of them first. */
export const auditListCommand: Command = {
  texts: [],
  run: async ({ output, open }, args) => {
    const { store } = await open()
    const limit = countOf(args, 'limit', largestLimit) ?? defaultLimit
    const head = await store.audit.head()
    const entries = await store.audit.entries(Math.max(0, (head?.seq ?? 0) - limit), limit)
    if (output.settings.isJson) {
      output.json({
        entries: entries.map(({ seq, at, actor, event, subject, hash }) => ({
          seq,
          at: at.toISOString(),
          actor,
          event,
          subject,
          hash,
        })),
      })
      return 0
    }
    for (const { seq, at, actor, event, subject } of entries) {
      const about = Object.entries(subject).map(
        ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
      )
      output.line(`${seq}  ${output.format.dateTime(at.toISOString())}  ${actor}  ${event}  ${about.join(' ')}`)
    }
    return 0
  },
}
