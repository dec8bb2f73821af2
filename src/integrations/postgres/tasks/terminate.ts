import { setTimeout as wait } from 'node:timers/promises'
import * as z from 'zod'
import { message } from '../../../core/message.ts'
import { defineTask } from '../../../core/task.ts'
import { acting } from '../acting.ts'
import { actingTexts } from '../acting-texts.ts'
import type { PostgresOptions } from '../options.ts'
import { endable, sessionTexts, targets } from '../sessions-to-end.ts'

/** How long a session may take to go: it rolls back what it has done. */
const goneLimitMs = 30_000
const pollMs = 100

interface Told {
  readonly [key: string]: string | number
  readonly pid: number
  readonly user: string
  readonly application: string
  readonly state: string
  readonly stateMs: number
}
const end = message<Told>('postgres.terminate-action', {
  en: (p, f) =>
    `end session ${p.pid} of ${p.user}${p.application === '' ? '' : ` (${p.application})`}, ${p.state} for ${f.duration(p.stateMs)}: what it has not committed is lost`,
  fr: (p, f) =>
    `terminer la session ${p.pid} de ${p.user}${p.application === '' ? '' : ` (${p.application})`}, ${p.state} depuis ${f.duration(p.stateMs)} : ce qu'elle n'a pas validé est perdu`,
})
const gone = message('postgres.terminate-gone', {
  en: () => 'it has ended by itself; another may have its number now',
  fr: () => "elle s'est terminée d'elle-même ; une autre porte peut-être son numéro",
})
const still = message<{ pid: number; limitMs: number }>('postgres.terminate-still', {
  en: (p, f) =>
    `session ${p.pid} was told to end, and is still there after ${f.duration(p.limitMs)}: it may be rolling back`,
  fr: (p, f) =>
    `la session ${p.pid} a reçu l'ordre de finir et est toujours là après ${f.duration(p.limitMs)} : elle annule peut-être son travail`,
})

/** Ends one session, on demand alone: `vigie db terminate PID`. */
export const terminateTask = defineTask<PostgresOptions>()({
  kind: 'postgres-terminate',
  summary: message('postgres.terminate-summary', { en: () => 'end a session', fr: () => 'terminer une session' }),
  options: z.strictObject({
    /** The process number, as `vigie db activity` shows it; 0 is none. */
    pid: z.number().int().min(0).default(0),
  }),
  effect: 'disrupt',
  messages: [...actingTexts, ...sessionTexts, end, gone, still],
  plan: async ({ options }, { pid }, ctx) => {
    if (pid === 0) return []
    return acting(
      options,
      ctx,
      async (session) => {
        const { user, application, state, stateMs, startedAt, statement } = await endable(session, pid)
        return [
          {
            summary: end({ pid, user, application, state, stateMs }),
            effect: 'disrupt' as const,
            target: `session ${pid}: ${user} ${application} ${statement}`,
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
        const isSame = async (): Promise<boolean> =>
          (await targets(session, [pid])).some(({ startedAt }) => startedAt === expected['startedAt'])
        if (!(await isSame())) return { status: 'skipped', reason: gone({}) }
        await endable(session, pid)
        await session.query('select pg_terminate_backend($1)', [pid])
        const until = ctx.clock.monotonicMs() + goneLimitMs
        while (await isSame()) {
          if (ctx.clock.monotonicMs() > until)
            return { status: 'done', changed: true, note: still({ pid, limitMs: goneLimitMs }) }
          await wait(pollMs, undefined, { signal: ctx.signal })
        }
        return { status: 'done', changed: true }
      },
      { isUrgent: true },
    )
  },
})
