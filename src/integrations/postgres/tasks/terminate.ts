import * as z from 'zod'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import { acting } from '../acting/acting.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import type { PostgresOptions } from '../options.ts'
import { isStillThere, settles, signal, signalTexts, stopLimitMs } from '../sessions/session-signals.ts'
import { gone, reasonSchema, sessionWords, still, targetOf } from '../sessions/session-words.ts'
import { endable, sessionTexts } from '../sessions/sessions-to-end.ts'

interface Told {
  readonly [key: string]: string | number
  readonly pid: number
  readonly user: string
  readonly application: string
  readonly state: string
  readonly stateMs: number
  readonly statement: string
}
const end = message<Told>('postgres.terminate-action', {
  en: (p, f) =>
    `end session ${p.pid} of ${p.user}${p.application === '' ? '' : ` (${p.application})`}, ${p.state} for ${f.duration(p.stateMs)}: what it has not committed is lost; its last statement: ${p.statement || 'none'}`,
  fr: (p, f) =>
    `terminer la session ${p.pid} de ${p.user}${p.application === '' ? '' : ` (${p.application})`}, ${p.state} depuis ${f.duration(p.stateMs)} : ce qu'elle n'a pas validé est perdu ; sa dernière requête : ${p.statement || 'aucune'}`,
})

/** Ends one session, on demand alone: `vigie db terminate PID`. */
export const terminateTask = defineTask<PostgresOptions>()({
  kind: 'postgres-terminate',
  summary: message('postgres.terminate-summary', { en: () => 'end a session', fr: () => 'terminer une session' }),
  options: z.strictObject({
    /** The process number, as `vigie db activity` shows it; 0 is none. */
    pid: z.number().int().min(0).default(0),
    reason: reasonSchema,
  }),
  effect: 'disrupt',
  messages: [...actingTexts, ...sessionTexts, ...sessionWords, ...signalTexts, end],
  plan: async ({ options }, { pid, reason }, ctx) => {
    if (pid === 0) return []
    return acting(
      options,
      ctx,
      async (session) => {
        const target = await endable(session, pid)
        const { user, application, state, stateMs, startedAt, statement } = target
        return [
          {
            summary: end({ pid, user, application, state, stateMs, statement }),
            effect: 'disrupt' as const,
            target: targetOf(target, reason),
            expected: { pid, startedAt },
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
        const known = { pid, user: '', startedAt: String(expected['startedAt']), statementAt: '' }
        if (!(await isStillThere(session, known))) return { status: 'skipped', reason: gone({}) }
        const { user } = await endable(session, pid)
        if (!(await signal(session, { ...known, user }, 'terminate', 'session')))
          return { status: 'skipped', reason: gone({}) }
        if (await settles(() => isStillThere(session, known), ctx)) return { status: 'done', changed: true }
        return { status: 'done', changed: true, note: still({ pid, limitMs: stopLimitMs }) }
      },
      { isUrgent: true },
    )
  },
})
