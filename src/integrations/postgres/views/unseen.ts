import type { Seen } from '../../../core/database.ts'
import type { Verdict } from '../../../core/verdict.ts'
import { noRows } from '../texts.ts'

/** What a check says when it could not tell, as a view says it. */
export function unseen(verdict: Verdict): Extract<Seen<never>, { ok: false }> {
  const said = verdict.status === 'pass' ? noRows() : verdict
  if (said.status === 'pass') throw new Error('a verdict that could tell is no reason')
  return { ok: false, reason: said.reason, ...(said.remedy && { remedy: said.remedy }) }
}
