import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import type { PostgresOptions } from '../options.ts'
import { bySubject, hidden, type Session, sessions } from '../sessions/sessions.ts'
import { blind, postgresTexts } from '../texts.ts'

const idle = message<{ pid: number; who: string; ms: number; statement: string; count: number }>(
  'postgres.idle-transaction',
  {
    en: (p, f) =>
      `${p.who} (pid ${p.pid}${p.count > 1 ? ` and ${p.count - 1} more` : ''}) is idle in a transaction for ${f.duration(p.ms)}, after: ${p.statement}`,
    fr: (p, f) =>
      `${p.who} (pid ${p.pid}${p.count > 1 ? ` et ${p.count - 1} de plus` : ''}) est inactive dans une transaction depuis ${f.duration(p.ms)}, après : ${p.statement}`,
  },
)
const remedy = message<{ pid: number }>('postgres.idle-remedy', {
  en: (p) => `SELECT pg_terminate_backend(${p.pid});   -- and commit or roll back in the application`,
  fr: (p) => `SELECT pg_terminate_backend(${p.pid});   -- et validez ou annulez dans l'application`,
})
const fine = message<{ count: number }>('postgres.no-idle-transaction', {
  en: (p, f) => `${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })}, none idle in a transaction`,
  fr: (p, f) =>
    `${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })}, aucune inactive dans une transaction`,
})

/** Transactions left open by a program that does nothing: they hold locks and keep vacuum from its work. */
export const idleInTransactionCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-idle-in-transaction',
  summary: message('postgres.idle-summary', {
    en: () => 'no transaction is left open',
    fr: () => "aucune transaction n'est laissée ouverte",
  }),
  options: z.strictObject({
    /** Web requests end in seconds: a minute without a statement is a forgotten commit. */
    longerThan: durationSchema.default(60_000),
  }),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 60_000, alertsBy: 'rules' },
  messages: [...postgresTexts, idle, remedy, fine],
  probe: (component, _, ctx) => sessions(component, ctx),
  judge: (answer, { longerThan }) => {
    if (!answer.ok) return blind(answer)
    const unseen = hidden(answer.rows)
    if (unseen !== undefined) return unseen
    const seen = { saw: answer.rows.length + 1 }
    const open = answer.rows.filter(
      (one) => one.isClient && one.state?.startsWith('idle in transaction') && stateMs(one) > longerThan,
    )
    const findings = bySubject(open, stateMs).map(({ subject, longest, count }): FindingDraft => {
      const { pid, application, user, statement } = longest
      const title = idle({ pid, who: application || user, ms: stateMs(longest), statement, count })
      return { subject, severity: 'high', title, remedy: remedy({ pid }) }
    })
    const measurements = { idle_in_transaction: open.length }
    const [first] = findings
    if (first !== undefined) return { status: 'fail', ...seen, measurements, findings, reason: first.title }
    return { status: 'pass', ...seen, measurements, reason: fine({ count: seen.saw }) }
  },
})

function stateMs(session: Session): number {
  return session.stateMs ?? 0
}
