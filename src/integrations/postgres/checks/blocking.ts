import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { blockingTrees } from '../blocking-tree.ts'
import type { PostgresOptions } from '../options.ts'
import { hidden, sessions, subjectOf } from '../sessions.ts'
import { blind, postgresTexts } from '../texts.ts'

const blocking = message<{ pid: number; who: string; count: number; ms: number; statement: string; waiting: string }>(
  'postgres.blocking',
  {
    en: (p, f) =>
      `${p.who} (pid ${p.pid}) holds up ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} for ${f.duration(p.ms)} (pid ${p.waiting}), after: ${p.statement}`,
    fr: (p, f) =>
      `${p.who} (pid ${p.pid}) bloque ${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })} depuis ${f.duration(p.ms)} (pid ${p.waiting}), après : ${p.statement}`,
  },
)
const remedy = message<{ pid: number }>('postgres.blocking-remedy', {
  en: (p) => `SELECT pg_cancel_backend(${p.pid});   -- if it stays: SELECT pg_terminate_backend(${p.pid});`,
  fr: (p) => `SELECT pg_cancel_backend(${p.pid});   -- si elle reste : SELECT pg_terminate_backend(${p.pid});`,
})
const fine = message<{ count: number }>('postgres.no-blocking', {
  en: (p, f) => `${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })}, none waits for a lock`,
  fr: (p, f) => `${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })}, aucune n'attend un verrou`,
})

/** Sessions that wait for a lock, told by the one at the root. */
export const blockingCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-blocking',
  summary: message('postgres.blocking-summary', {
    en: () => 'no session holds up others',
    fr: () => "aucune session n'en bloque d'autres",
  }),
  options: z.strictObject({
    /** Ordinary locks last milliseconds; PostgreSQL looks for deadlocks after 1 s (deadlock_timeout). */
    longerThan: durationSchema.default(5000),
  }),
  cadence: 'daily',
  criticality: 'critical',
  messages: [...postgresTexts, blocking, remedy, fine],
  probe: (component, _, ctx) => sessions(component, ctx),
  judge: (answer, { longerThan }) => {
    if (!answer.ok) return blind(answer) ?? { status: 'pass', saw: 0 }
    const unseen = hidden(answer.rows)
    if (unseen !== undefined) return unseen
    const seen = { saw: answer.rows.length + 1 }
    const trees = blockingTrees(answer.rows).filter(({ waiting }) =>
      waiting.some(({ waitMs }) => (waitMs ?? 0) > longerThan),
    )
    const findings = trees.map(({ root, waiting }): FindingDraft => {
      const session = answer.rows.find(({ pid }) => pid === root)
      const ms = Math.max(...waiting.map(({ waitMs }) => waitMs ?? 0))
      const who = session === undefined ? '?' : session.application || session.user
      const pids = waiting.map(({ pid }) => pid).join(', ')
      const title = blocking({
        pid: root,
        who,
        count: waiting.length,
        ms,
        statement: session?.statement ?? '?',
        waiting: pids,
      })
      return {
        subject: session === undefined ? 'unknown' : subjectOf(session),
        severity: 'high',
        title,
        remedy: remedy({ pid: root }),
      }
    })
    const measurements = { waiting_sessions: answer.rows.filter(({ blockers }) => blockers.length > 0).length }
    const [first] = findings
    if (first !== undefined) return { status: 'fail', ...seen, measurements, findings, reason: first.title }
    return { status: 'pass', ...seen, measurements, reason: fine({ count: seen.saw }) }
  },
})
