import { setTimeout as wait } from 'node:timers/promises'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { Acting } from '../acting/acting.ts'
import { isRefusedFor } from '../acting/acting-refusals.ts'
import { quoted } from '../identifier.ts'
import { type Target, targets } from './sessions-to-end.ts'

/** How long a session may take to stop: it rolls back what it has done. */
export const stopLimitMs = 30_000
const pollMs = 100

const mayNotSignal = message<{ pid: number; user: string }>('postgres.may-not-signal', {
  en: (p) => `the role may not end what session ${p.pid} of ${p.user} does`,
  fr: (p) => `le rôle ne peut pas mettre fin à ce que fait la session ${p.pid} de ${p.user}`,
})
const maySignalRemedy = message<{ role: string }>('postgres.may-not-signal-remedy', {
  en: (p) => `GRANT pg_signal_backend TO ${p.role};`,
  fr: (p) => `GRANT pg_signal_backend TO ${p.role};`,
})
export const signalTexts = [mayNotSignal, maySignalRemedy]

type Known = Pick<Target, 'pid' | 'user' | 'startedAt' | 'statementAt'>

/** Whether it is still that session: a process number is given again, the start of a session is not. */
export async function isStillThere(session: Acting, { pid, startedAt }: Known): Promise<boolean> {
  return (await targets(session, [pid])).some((one) => one.startedAt === startedAt)
}

/** Whether it is still at that very statement. */
export async function isStillAtIt(session: Acting, { pid, startedAt, statementAt }: Known): Promise<boolean> {
  const now = await targets(session, [pid])
  return now.some((one) => one.startedAt === startedAt && one.statementAt === statementAt && one.state === 'active')
}

/** What must still be so when the server is told: the session is there, runs that statement, or is idle after it. */
const sameAs = {
  session: '$3::text is not null',
  statement: "query_start::text = $3 and state = 'active'",
  idle: "query_start::text = $3 and state like 'idle in transaction%'",
} as const

/**
 * Ends the statement, or the whole session, if it is still the one that was looked at, and still at what it did then: the
 * server compares in the same breath. False when it was not. Throws `action-refused` when the role may not.
 */
export async function signal(
  session: Acting,
  known: Known,
  how: 'cancel' | 'terminate',
  during: keyof typeof sameAs,
): Promise<boolean> {
  const sql = `select pg_${how}_backend(pid) as told from pg_stat_activity
    where pid = $1 and backend_start::text = $2 and ${sameAs[during]}`
  try {
    const { rows } = await session.query<{ told: boolean }>(sql, [known.pid, known.startedAt, known.statementAt])
    return rows.some(({ told }) => told)
  } catch (error) {
    if (!isRefusedFor(error, 'denied')) throw error
    const { rows } = await session.query<{ role: string }>('select current_user as role')
    throw new VigieError('action-refused', mayNotSignal(known), {
      hint: maySignalRemedy({ role: quoted(rows[0]?.role ?? '') }),
      cause: error,
    })
  }
}

/** Waits until it is no longer so, `limitMs` at most; whether that came. */
export async function settles(
  isSo: () => Promise<boolean>,
  ctx: StepContext,
  limitMs: number = stopLimitMs,
): Promise<boolean> {
  const until = ctx.clock.monotonicMs() + limitMs
  while (await isSo()) {
    if (ctx.clock.monotonicMs() > until) return false
    await wait(pollMs, undefined, { signal: ctx.signal })
  }
  return true
}
