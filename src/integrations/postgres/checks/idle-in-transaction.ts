import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import type { PostgresOptions } from '../options.ts'
import { hidden, sessions, subjectOf } from '../sessions.ts'
import { blind, postgresTexts } from '../texts.ts'

const idle = message<{ pid: number; who: string; ms: number; statement: string }>('postgres.idle-transaction', {
  en: (p, f) => `${p.who} (pid ${p.pid}) is idle in a transaction for ${f.duration(p.ms)}, after: ${p.statement}`,
  fr: (p, f) =>
    `${p.who} (pid ${p.pid}) est inactive dans une transaction depuis ${f.duration(p.ms)}, après : ${p.statement}`,
})
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
  messages: [...postgresTexts, idle, remedy, fine],
  probe: (component, _, ctx) => sessions(component, ctx),
  judge: (answer, { longerThan }) => {
    if (!answer.ok) return blind(answer) ?? { status: 'pass', saw: 0 }
    const unseen = hidden(answer.rows)
    if (unseen !== undefined) return unseen
    const seen = { saw: answer.rows.length + 1 }
    const open = answer.rows.filter(
      ({ state, stateMs }) => state?.startsWith('idle in transaction') && (stateMs ?? 0) > longerThan,
    )
    const findings = open.map((one): FindingDraft => {
      const title = idle({
        pid: one.pid,
        who: one.application || one.user,
        ms: one.stateMs ?? 0,
        statement: one.statement,
      })
      return { subject: subjectOf(one), severity: 'high', title, remedy: remedy({ pid: one.pid }) }
    })
    const measurements = { idle_in_transaction: open.length }
    const [first] = findings
    if (first !== undefined) return { status: 'fail', ...seen, measurements, findings, reason: first.title }
    return { status: 'pass', ...seen, measurements, reason: fine({ count: seen.saw }) }
  },
})
