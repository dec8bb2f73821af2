import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import type { PostgresOptions } from '../options.ts'
import { bySubject, hidden, type Session, sessions } from '../sessions/sessions.ts'
import { blind, postgresTexts } from '../texts.ts'

const long = message<{ pid: number; who: string; ms: number; statement: string; count: number }>(
  'postgres.long-statement',
  {
    en: (p, f) =>
      `${p.who} (pid ${p.pid}${p.count > 1 ? ` and ${p.count - 1} more` : ''}) has run for ${f.duration(p.ms)}: ${p.statement}`,
    fr: (p, f) =>
      `${p.who} (pid ${p.pid}${p.count > 1 ? ` et ${p.count - 1} de plus` : ''}) s'exécute depuis ${f.duration(p.ms)} : ${p.statement}`,
  },
)
const remedy = message<{ pid: number }>('postgres.cancel-remedy', {
  en: (p) => `SELECT pg_cancel_backend(${p.pid});`,
  fr: (p) => `SELECT pg_cancel_backend(${p.pid});`,
})
const fine = message<{ count: number }>('postgres.no-long-statement', {
  en: (p, f) => `${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })}, no statement runs long`,
  fr: (p, f) => `${f.plural(p.count, { one: '1 session', other: `${p.count} sessions` })}, aucune requête longue`,
})

/** Statements that run longer than anybody waits for. */
export const longStatementsCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-long-statements',
  summary: message('postgres.long-summary', { en: () => 'no statement runs long', fr: () => 'aucune requête ne dure' }),
  options: z.strictObject({
    /** The guide of MonAssurance looks for statements that run longer than 30 s. */
    longerThan: durationSchema.default(30_000),
    /** Programs that may take their time, such as pg_dump. */
    ignore: z.array(z.string()).default(['pg_dump', 'pg_restore']),
  }),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 60_000, alertsBy: 'rules' },
  messages: [...postgresTexts, long, remedy, fine],
  probe: (component, _, ctx) => sessions(component, ctx),
  judge: (answer, { longerThan, ignore }) => {
    if (!answer.ok) return blind(answer)
    const unseen = hidden(answer.rows)
    if (unseen !== undefined) return unseen
    // Our own session was seen too, so that an idle database is not an empty look.
    const seen = { saw: answer.rows.length + 1 }
    const running = answer.rows.filter(
      (one) =>
        one.isClient &&
        one.state === 'active' &&
        statementMs(one) > longerThan &&
        one.waitMs === null &&
        !ignore.includes(one.application),
    )
    const findings = bySubject(running, statementMs).map(({ subject, longest, count }): FindingDraft => {
      const { pid, application, user, statement } = longest
      const title = long({ pid, who: application || user, ms: statementMs(longest), statement, count })
      return { subject, severity: 'medium', title, remedy: remedy({ pid }) }
    })
    const measurements = { long_statements: running.length }
    const [first] = findings
    if (first !== undefined) return { status: 'warn', ...seen, measurements, findings, reason: first.title }
    return { status: 'pass', ...seen, measurements, reason: fine({ count: seen.saw }) }
  },
})

function statementMs(session: Session): number {
  return session.statementMs ?? 0
}
