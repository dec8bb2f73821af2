import type { StepContext } from '../../../core/context.ts'
import type { DatabaseSession, Seen } from '../../../core/database.ts'
import type { PostgresOptions } from '../options.ts'
import { hidden, sessions } from '../sessions/sessions.ts'
import { couldNotAsk, reachRemedy } from '../texts.ts'
import { unseen } from './unseen.ts'

/** Every session of the application, and whoever holds one up. */
export async function activityView(options: PostgresOptions, ctx: StepContext): Promise<Seen<DatabaseSession>> {
  const answer = await sessions({ name: '', system: '', options }, ctx)
  if (!answer.ok) {
    const { refusal: why, detail } = answer
    return { ok: false, reason: couldNotAsk({ why, detail }), remedy: reachRemedy({ why }) }
  }
  const rows = answer.rows.map(({ pid, user, application, state, statement, statementMs, stateMs, ...rest }) => ({
    ...{ pid, user, application, state: state ?? '', statement, statementMs, stateMs },
    ...{ waitMs: rest.waitMs, blockers: rest.blockers, isHidden: rest.isHidden },
  }))
  const blinded = hidden(answer.rows)
  if (blinded === undefined) return { ok: true, rows, notes: [] }
  const { reason, remedy } = unseen(blinded)
  return { ok: true, rows, notes: [reason, ...(remedy === undefined ? [] : [remedy])] }
}
