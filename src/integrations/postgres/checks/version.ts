import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import {
  maxEndOfLifeTableAgeMs,
  postgresqlCheckedOn,
  postgresqlEndOfLife,
} from '../../../core/postgresql-end-of-life.ts'
import { ask } from '../connection/connection.ts'
import type { PostgresOptions } from '../options.ts'
import { blind, noRows, postgresTexts } from '../texts.ts'

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
const oldTable = message<{ version: string; at: string }>('postgres.version-old-table', {
  en: (p, f) => `could not tell of PostgreSQL ${p.version}: the table of end dates is of ${f.date(p.at)}`,
  fr: (p, f) => `indéterminé pour PostgreSQL ${p.version} : la table des dates de fin date du ${f.date(p.at)}`,
})
const update = message('postgres.version-update-vigie', {
  en: () => 'Update Vigie: npm install --save-dev vigie@latest',
  fr: () => 'Mettez Vigie à jour : npm install --save-dev vigie@latest',
})
const upgrade = message('postgres.version-upgrade', {
  en: () => 'Move to a newer major version: first on a copy of the data (pg_upgrade --check), then in a quiet hour',
  fr: () =>
    "Passez à une version majeure plus récente : d'abord sur une copie des données (pg_upgrade --check), puis à une heure calme",
})
const fine = message<{ version: string; at: string }>('postgres.version-fine', {
  en: (p, f) => `PostgreSQL ${p.version}, maintained until ${f.date(p.at)}`,
  fr: (p, f) => `PostgreSQL ${p.version}, maintenu jusqu'au ${f.date(p.at)}`,
})

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
  messages: [...postgresTexts, ended, endsSoon, unknown, oldTable, update, upgrade, fine],
  probe: async (component, _, ctx) => ({
    now: ctx.clock.now().getTime(),
    answer: await ask<{ version: string }>(
      component,
      { sql: "select current_setting('server_version') as version" },
      ctx,
    ),
  }),
  judge: ({ now, answer }, { warnWithin }) => {
    if (!answer.ok) return blind(answer)
    const version = answer.rows[0]?.version.split(' ')[0]
    if (version === undefined) return noRows()
    const at = postgresqlEndOfLife[majorOf(answer.serverVersion)]?.end
    if (at === undefined) return { status: 'error', reason: unknown({ version }), remedy: update({}) }
    const leftMs = Date.parse(at) - now
    const seen = { saw: 1, measurements: { days_left: leftMs / dayMs } }
    // What has ended stays so, however old the table is.
    if (leftMs < 0) return { status: 'fail', ...seen, reason: ended({ version, at }), remedy: upgrade({}) }
    if (now - Date.parse(postgresqlCheckedOn) > maxEndOfLifeTableAgeMs) {
      return { status: 'error', reason: oldTable({ version, at: postgresqlCheckedOn }), remedy: update({}) }
    }
    if (leftMs < warnWithin) return { status: 'warn', ...seen, reason: endsSoon({ version, at }), remedy: upgrade({}) }
    return { status: 'pass', ...seen, reason: fine({ version, at }) }
  },
})

/** Before 10, two numbers made a major version: 90624 is 9.6, 180001 is 18. */
function majorOf(serverVersion: number): string {
  const first = Math.floor(serverVersion / 10_000)
  return first >= 10 ? String(first) : `${first}.${Math.floor(serverVersion / 100) % 100}`
}
