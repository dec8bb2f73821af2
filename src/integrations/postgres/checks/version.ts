import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { ask } from '../connection.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, postgresTexts } from '../texts.ts'

const dayMs = 86_400_000

const ended = message<{ version: string; at: string }>('postgres.version-ended', {
  en: (p, f) => `PostgreSQL ${p.version} gets no fixes since ${f.date(p.at)}`,
  fr: (p, f) => `PostgreSQL ${p.version} ne reçoit plus de correctifs depuis le ${f.date(p.at)}`,
})
const endsSoon = message<{ version: string; at: string }>('postgres.version-ends', {
  en: (p, f) => `PostgreSQL ${p.version} gets its last fixes on ${f.date(p.at)}`,
  fr: (p, f) => `PostgreSQL ${p.version} recevra ses derniers correctifs le ${f.date(p.at)}`,
})
const unknown = message<{ version: string }>('postgres.version-unknown', {
  en: (p) => `could not tell: no end date is known for PostgreSQL ${p.version}`,
  fr: (p) => `indéterminé : aucune date de fin connue pour PostgreSQL ${p.version}`,
})
const fine = message<{ version: string; at: string }>('postgres.version-fine', {
  en: (p, f) => `PostgreSQL ${p.version}, maintained until ${f.date(p.at)}`,
  fr: (p, f) => `PostgreSQL ${p.version}, maintenu jusqu'au ${f.date(p.at)}`,
})

/** Last releases by major. Source: postgresql.org/support/versioning, read on 2026-11-21. */
const lastFixes: Readonly<Record<number, string>> = {
  10: '2022-11-10',
  11: '2023-11-09',
  12: '2024-11-21',
  13: '2025-11-13',
  14: '2026-11-12',
  15: '2027-11-11',
  16: '2028-11-09',
  17: '2029-11-08',
  18: '2030-11-14',
}

/** Does this major of PostgreSQL still get fixes? */
export const versionCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-version',
  summary: message('postgres.version-summary', {
    en: () => 'this PostgreSQL still gets fixes',
    fr: () => 'ce PostgreSQL reçoit encore des correctifs',
  }),
  options: z.strictObject({ warnWithin: durationSchema.default(180 * dayMs) }),
  cadence: 'daily',
  criticality: 'important',
  messages: [...postgresTexts, ended, endsSoon, unknown, fine],
  probe: async (component, _, ctx) => ({
    now: ctx.clock.now().getTime(),
    answer: await ask<{ version: string }>(
      component,
      { sql: "select current_setting('server_version') as version" },
      ctx,
    ),
  }),
  judge: ({ now, answer }, { warnWithin }) => {
    if (!answer.ok) return blind(answer) ?? { status: 'pass', saw: 0 }
    const version = answer.rows[0]?.version.split(' ')[0] ?? ''
    const at = lastFixes[Math.floor(answer.serverVersion / 10_000)]
    if (at === undefined) return { status: 'error', reason: unknown({ version }) }
    const leftMs = Date.parse(at) - now
    const seen = { saw: 1, measurements: { days_left: leftMs / dayMs } }
    if (leftMs < 0) return { status: 'fail', ...seen, reason: ended({ version, at }) }
    if (leftMs < warnWithin) return { status: 'warn', ...seen, reason: endsSoon({ version, at }) }
    return { status: 'pass', ...seen, reason: fine({ version, at }) }
  },
})
