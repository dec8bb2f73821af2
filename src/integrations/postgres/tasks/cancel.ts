import * as z from 'zod'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import { acting } from '../acting/acting.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import type { PostgresOptions } from '../options.ts'
import { isStillAtIt, settles, signal, signalTexts, stopLimitMs } from '../sessions/session-signals.ts'
import { reasonSchema, targetOf } from '../sessions/session-words.ts'
import { endable, sessionTexts } from '../sessions/sessions-to-end.ts'

interface Told {
  readonly [key: string]: string | number
  readonly pid: number
  readonly user: string
  readonly application: string
  readonly statementMs: number
  readonly statement: string
}
const cancel = message<Told>('postgres.cancel-action', {
  en: (p, f) =>
    `stop what session ${p.pid} of ${p.user}${p.application === '' ? '' : ` (${p.application})`} has run for ${f.duration(p.statementMs)}: ${p.statement}`,
  fr: (p, f) =>
    `arrêter ce que la session ${p.pid} de ${p.user}${p.application === '' ? '' : ` (${p.application})`} exécute depuis ${f.duration(p.statementMs)} : ${p.statement}`,
})
const idle = message<{ pid: number; state: string }>('postgres.cancel-idle', {
  en: (p) => `session ${p.pid} runs no statement (${p.state}): there is nothing to stop`,
  fr: (p) => `la session ${p.pid} n'exécute aucune requête (${p.state}) : il n'y a rien à arrêter`,
})
const idleRemedy = message<{ pid: number }>('postgres.cancel-idle-remedy', {
  en: (p) => `When it holds up others, end it: vigie db terminate ${p.pid}`,
  fr: (p) => `Si elle en bloque d'autres, terminez-la : vigie db terminate ${p.pid}`,
})
const over = message('postgres.cancel-over', {
  en: () => 'that statement has ended by itself',
  fr: () => "cette requête s'est terminée d'elle-même",
})
const stillAtIt = message<{ pid: number; limitMs: number }>('postgres.cancel-still', {
  en: (p, f) =>
    `session ${p.pid} was told to stop, and is still at it after ${f.duration(p.limitMs)}; to end the session: vigie db terminate ${p.pid}`,
  fr: (p, f) =>
    `la session ${p.pid} a reçu l'ordre d'arrêter et continue après ${f.duration(p.limitMs)} ; pour terminer la session : vigie db terminate ${p.pid}`,
})

/** Stops the statement of one session, on demand alone: `vigie db cancel PID`. The session goes on. */
export const cancelTask = defineTask<PostgresOptions>()({
  kind: 'postgres-cancel',
  summary: message('postgres.cancel-summary', { en: () => 'stop a statement', fr: () => 'arrêter une requête' }),
  options: z.strictObject({
    /** The process number, as `vigie db activity` shows it; 0 is none. */
    pid: z.number().int().min(0).default(0),
    reason: reasonSchema,
  }),
  effect: 'disrupt',
  messages: [...actingTexts, ...sessionTexts, ...signalTexts, cancel, idle, idleRemedy, over, stillAtIt],
  plan: async ({ options }, { pid, reason }, ctx) => {
    if (pid === 0) return []
    return acting(
      options,
      ctx,
      async (session) => {
        const target = await endable(session, pid)
        const { user, application, state, statement, statementMs, startedAt, statementAt } = target
        if (state !== 'active')
          throw new VigieError('action-refused', idle({ pid, state }), { hint: idleRemedy({ pid }) })
        return [
          {
            summary: cancel({ pid, user, application, statement, statementMs }),
            effect: 'disrupt' as const,
            target: targetOf(target, reason),
            expected: { pid, startedAt, statementAt },
          },
        ]
      },
      { isUrgent: true },
    )
  },
  execute: async ({ expected }, { options }, _, ctx) => {
    const pid = Number(expected['pid'])
    return acting(
      options,
      ctx,
      async (session) => {
        const [startedAt, statementAt] = [String(expected['startedAt']), String(expected['statementAt'])]
        const known = { pid, user: '', startedAt, statementAt }
        if (!(await isStillAtIt(session, known))) return { status: 'skipped', reason: over({}) }
        const { user } = await endable(session, pid)
        if (!(await signal(session, { ...known, user }, 'cancel', 'statement')))
          return { status: 'skipped', reason: over({}) }
        if (await settles(() => isStillAtIt(session, known), ctx)) return { status: 'done', changed: true }
        return { status: 'done', changed: true, note: stillAtIt({ pid, limitMs: stopLimitMs }) }
      },
      { isUrgent: true },
    )
  },
})
