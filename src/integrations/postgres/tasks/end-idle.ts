import * as z from 'zod'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { noTime } from '../../../core/refusals.ts'
import { type Action, defineTask } from '../../../core/task.ts'
import { acting } from '../acting/acting.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import type { PostgresOptions } from '../options.ts'
import { type Excess, excessOf, type Policy } from '../sessions/session-policy.ts'
import { isStillAtIt, isStillThere, settles, signal, signalTexts, stopLimitMs } from '../sessions/session-signals.ts'
import { sessionWords, still, targetOf } from '../sessions/session-words.ts'
import { sessionTexts, targets } from '../sessions/sessions-to-end.ts'

const positive = durationSchema.refine((ms) => ms > 0, noTime.code)
/** Roles and applications that are never touched by a policy. */
const except = {
  exceptRoles: z.array(z.string().min(1)).default([]),
  exceptApplications: z.array(z.string().min(1)).default([]),
}

interface Told {
  readonly [key: string]: string | number
  readonly pid: number
  readonly user: string
  readonly application: string
  readonly ms: number
  readonly limitMs: number
  readonly statement: string
}
const whose = (p: Told): string => `${p.user}${p.application === '' ? '' : ` (${p.application})`}`
const endIdle = message<Told>('postgres.end-idle-action', {
  en: (p, f) =>
    `end session ${p.pid} of ${whose(p)}: idle in a transaction for ${f.duration(p.ms)}, allowed are ${f.duration(p.limitMs)}; after: ${p.statement}`,
  fr: (p, f) =>
    `terminer la session ${p.pid} de ${whose(p)} : inactive dans une transaction depuis ${f.duration(p.ms)}, ${f.duration(p.limitMs)} permis ; après : ${p.statement}`,
})
const cancelLong = message<Told>('postgres.end-long-action', {
  en: (p, f) =>
    `stop the statement of session ${p.pid} of ${whose(p)}: it runs for ${f.duration(p.ms)}, allowed are ${f.duration(p.limitMs)}: ${p.statement}`,
  fr: (p, f) =>
    `arrêter la requête de la session ${p.pid} de ${whose(p)} : elle dure depuis ${f.duration(p.ms)}, ${f.duration(p.limitMs)} permis : ${p.statement}`,
})
const wokeUp = message('postgres.end-idle-woke', {
  en: () => 'it has gone on, or ended, by itself',
  fr: () => "elle a repris, ou s'est terminée, d'elle-même",
})
const ended = message<{ graceMs: number }>('postgres.end-idle-ended', {
  en: (p, f) => `it did not stop within ${f.duration(p.graceMs)}: its session was ended`,
  fr: (p, f) => `elle n'a pas cessé en ${f.duration(p.graceMs)} : sa session a été terminée`,
})

/** Sessions that forget their transaction, and statements that never end: by the policy of the config, none by default. */
export const endIdleTask = defineTask<PostgresOptions>()({
  kind: 'postgres-end-idle',
  summary: message('postgres.end-idle-summary', {
    en: () => 'end forgotten transactions and endless statements',
    fr: () => 'mettre fin aux transactions oubliées et aux requêtes sans fin',
  }),
  options: z.strictObject({
    /** Ends the session: there is no statement to stop. */
    idleInTransaction: z.strictObject({ after: positive, ...except }).optional(),
    longStatements: z
      .strictObject({
        after: positive,
        /** `terminate` ends the session when the statement goes on after the grace; `cancel` leaves it then. */
        action: z.enum(['cancel', 'terminate']).default('cancel'),
        grace: positive.default(60_000),
        ...except,
      })
      .optional(),
  }),
  effect: 'disrupt',
  messages: [
    ...actingTexts,
    ...[...sessionTexts, ...sessionWords, ...signalTexts],
    ...[endIdle, cancelLong, wokeUp, ended],
  ],
  plan: async ({ options }, policy, ctx) => {
    if (policy.idleInTransaction === undefined && policy.longStatements === undefined) return []
    return acting(
      options,
      ctx,
      async (session) => excessOf(await targets(session, 'all'), policy).map((one) => actionOn(one, policy)),
      { isUrgent: true },
    )
  },
  execute: async ({ expected }, { options }, policy, ctx) =>
    acting(
      options,
      ctx,
      async (session) => {
        const [pid, startedAt] = [Number(expected['pid']), String(expected['startedAt'])]
        const now = excessOf(await targets(session, [pid]), policy).find(
          ({ target, what }) =>
            what === expected['what'] &&
            target.startedAt === startedAt &&
            target.statementAt === expected['statementAt'],
        )
        if (now === undefined) return { status: 'skipped', reason: wokeUp({}) }
        const known = now.target
        const { longStatements } = policy
        if (now.what === 'idle' || longStatements === undefined) {
          // One that has gone on since that look does work again.
          if (!(await signal(session, known, 'terminate', 'idle'))) return { status: 'skipped', reason: wokeUp({}) }
        } else {
          if (!(await signal(session, known, 'cancel', 'statement'))) return { status: 'skipped', reason: wokeUp({}) }
          const graceMs = longStatements.grace
          if (await settles(() => isStillAtIt(session, known), ctx, graceMs)) return { status: 'done', changed: true }
          if (longStatements.action === 'cancel')
            return { status: 'done', changed: true, note: still({ pid, limitMs: graceMs }) }
          if (!(await signal(session, known, 'terminate', 'statement'))) return { status: 'done', changed: true }
          if (await settles(() => isStillThere(session, known), ctx))
            return { status: 'done', changed: true, note: ended({ graceMs }) }
        }
        if (await settles(() => isStillThere(session, known), ctx)) return { status: 'done', changed: true }
        return { status: 'done', changed: true, note: still({ pid, limitMs: stopLimitMs }) }
      },
      { isUrgent: true },
    ),
})

function actionOn({ target, what, ms, limitMs }: Excess, policy: Policy): Action {
  const { pid, user, application, statement, startedAt, statementAt } = target
  const told = { pid, user, application, statement, ms, limitMs }
  return {
    summary: what === 'idle' ? endIdle(told) : cancelLong(told),
    effect: 'disrupt',
    target: targetOf(target, what === 'idle' ? 'idleInTransaction' : 'longStatements'),
    expected: {
      ...{ pid, startedAt, statementAt, what },
      action: what === 'idle' ? 'terminate' : (policy.longStatements?.action ?? 'cancel'),
    },
  }
}
