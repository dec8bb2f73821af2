import type { Seen } from '../../core/database.ts'
import { message } from '../../core/message.ts'

const notOffered = message<{ what: string }>('cli.db-not-offered', {
  en: (p) => `This kind of database does not tell "${p.what}".`,
  fr: (p) => `Ce type de base ne donne pas « ${p.what} ».`,
})
export const notOfferedTexts = [notOffered]

/** Of a view that a database does not have. */
export function viewNotOffered(what: string): Extract<Seen<never>, { ok: false }> {
  return { ok: false, reason: notOffered({ what }) }
}
